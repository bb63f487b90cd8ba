"""Static files go out from memory, packed where the browser takes it, to be kept for a year."""

from litestar import Response, get
from litestar.response import Redirect

from web.assets import Assets
from web.auth import PUBLIC
from web.visit import HttpRequest

ASSETS = Assets()
FOR_EVER = "public, max-age=31536000, immutable"


@get("/static/{name:path}", opt={"perm": PUBLIC}, include_in_schema=False, sync_to_thread=False)
def static_file(request: HttpRequest) -> Response[bytes]:
    asset = ASSETS.at(request.scope["path"])
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.zipped, headers=headers, media_type=asset.media_type)
    return Response(asset.body, headers=headers, media_type=asset.media_type)


@get("/favicon.ico", opt={"perm": PUBLIC}, include_in_schema=False, sync_to_thread=False)
def favicon() -> Redirect:
    """Browsers ask for it beside pictures, which cannot name another."""
    return Redirect(
        ASSETS.address("icons/mark.svg"), status_code=302, headers={"Cache-Control": "public, max-age=86400"}
    )
