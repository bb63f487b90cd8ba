// A real provider of identity on this machine alone: node provider.mjs REDIRECT_URI; it prints its address.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "haochaping", client_secret: "a secret of tests", redirect_uris: [process.argv[2]] }],
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: `s-${id}`, preferred_username: id }) }),
    cookies: { keys: ["tests"] },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.on("end", () => process.exit(0)).resume();
