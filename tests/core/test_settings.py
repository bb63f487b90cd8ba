"""What the environment says is read once, and a configuration that could lose or leak a rating is named and refused."""

import dataclasses
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from core import boot, cli, settings
from core.boot import BootRefused, Database
from core.embedded import postgres, servers
from core.embedded.servers import Servers
from core.settings import SettingRefused, Settings

ROOT = Path(__file__).parents[2]
SECRET = "x" * 32
SOUND = Database(
    version=150004, version_name="15.4", role="web", synchronous_commit="on", fsync="on", encoding="UTF8",
    superuser=False, bypasses=False, tables_owned=0,
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    var = tmp_path_factory.mktemp("var")
    yield servers.start(var)
    servers.remove(var)


@pytest.fixture
def ready(house: Servers) -> Settings:
    return boot.settled(settings.read({"HAOCHAPING_SECRET": SECRET, "HAOCHAPING_VAR": "var"}), house)


@pytest.fixture
async def redis(house: Servers) -> AsyncIterator[Redis]:
    async with Redis.from_url(house.redis_url) as client:
        yield client
        await client.config_set("maxmemory-policy", "noeviction")


def test_a_machine_without_a_database_can_only_be_a_demo():
    assert settings.read({}).demo
    assert not settings.read({"DATABASE_URL": "postgresql://db/x"}).demo


def test_another_process_reads_the_same_settings():
    found = settings.read(
        {
            "HAOCHAPING_ENV": "production",
            "DATABASE_URL": "postgresql://web:pw@db/hcp",
            "DATABASE_OWNER_URL": "postgresql://owner:pw@db/hcp",
            "REDIS_URL": "rediss://cache/0",
            "HAOCHAPING_SECRET": SECRET,
            "HAOCHAPING_HOST": "0.0.0.0",
            "HAOCHAPING_PORT": "8443",
            "HAOCHAPING_VAR": "/srv/var",
            "HAOCHAPING_FILES": "/srv/evidence",
            "HAOCHAPING_URL": "https://pj.example.gov.cn/",
            "HAOCHAPING_SMS_URL": "http://127.0.0.1:9000/sms",
            "HAOCHAPING_METRICS_PORT": "9100",
            "HAOCHAPING_PLAIN_HOSTS": "db,cache",
        }
    )

    assert settings.read(settings.as_environment(found)) == found
    assert found.public_url == "https://pj.example.gov.cn"
    assert str(found.files) == "/srv/evidence"


@pytest.mark.parametrize(
    ("name", "text"), [("HAOCHAPING_PORT", "eighty"), ("HAOCHAPING_PORT", "65536"), ("HAOCHAPING_ENV", "prod")]
)
def test_a_value_that_means_nothing_is_refused_by_its_name(name: str, text: str):
    with pytest.raises(SettingRefused, match=name):
        settings.read({name: text})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret": ""}, "HAOCHAPING_SECRET"),
        ({"secret": "short"}, "HAOCHAPING_SECRET"),
        ({"database_url": ""}, "DATABASE_URL"),
        ({"redis_url": ""}, "REDIS_URL"),
        ({"database_url": "postgresql://web@10.0.0.5/hcp"}, "sslmode"),
        ({"redis_url": "redis://10.0.0.5/0"}, "rediss"),
    ],
)
def test_outside_the_demo_it_refuses(ready: Settings, change: dict[str, str], named: str):
    with pytest.raises(BootRefused, match=named):
        boot.check_settings(replace(ready, env="production", **change))


def test_a_host_named_as_trusted_may_be_reached_in_plain_text(ready: Settings):
    boot.check_settings(
        replace(ready, database_url="postgresql://web@db/hcp", redis_url="redis://cache/0", plain_hosts={"db", "cache"})
    )


async def test_the_servers_of_a_checkout_pass_every_check(ready: Settings):
    await boot.check(ready, redis_must_answer=True)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"version": 140012, "version_name": "14.12"}, "14.12"),
        ({"fsync": "off"}, "fsync"),
        ({"encoding": "SQL_ASCII"}, "SQL_ASCII"),
    ],
)
def test_a_server_that_cannot_keep_a_rating_is_refused(change: dict[str, object], named: str):
    boot.judge_database(SOUND)

    with pytest.raises(BootRefused, match=named):
        boot.judge_database(dataclasses.replace(SOUND, **change))


@pytest.mark.parametrize("wrong", ["nonsense", "postgresql://hcp_web@127.0.0.1:1/x", "postgresql://x@/x?host=/nowhere"])
async def test_a_wrong_database_url_is_named(ready: Settings, wrong: str):
    with pytest.raises(BootRefused, match="DATABASE_URL"):
        await boot.check(replace(ready, database_url=wrong), redis_must_answer=True)


async def test_a_wrong_password_is_named_and_not_repeated(ready: Settings):
    wrong = ready.database_url.replace("hcp_web:", "hcp_web:not-")

    with pytest.raises(BootRefused, match="DATABASE_URL") as refusal:
        await boot.check(replace(ready, database_url=wrong), redis_must_answer=True)
    assert "not-" not in str(refusal.value)


async def test_a_superuser_may_not_be_the_application(house: Servers, ready: Settings):
    mighty = postgres.url(house.state, postgres.SUPERUSER)

    with pytest.raises(BootRefused, match="超级用户"):
        await boot.check(replace(ready, database_url=mighty), redis_must_answer=True)


@pytest.mark.parametrize(
    ("grant", "revoke", "named"),
    [
        ("ALTER ROLE hcp_web BYPASSRLS", "ALTER ROLE hcp_web NOBYPASSRLS", "BYPASSRLS"),
        ("ALTER ROLE hcp_app BYPASSRLS", "ALTER ROLE hcp_app NOBYPASSRLS", "BYPASSRLS"),
        ("ALTER ROLE hcp_web SET synchronous_commit = off", "ALTER ROLE hcp_web RESET ALL", "synchronous_commit"),
    ],
)
async def test_a_role_spoilt_by_hand_is_refused(house: Servers, ready: Settings, grant: str, revoke: str, named: str):
    postgres.ask(house.state, f"{grant};")
    try:
        with pytest.raises(BootRefused, match=named):
            await boot.check(ready, redis_must_answer=True)
    finally:
        postgres.ask(house.state, f"{revoke};")


async def test_the_owner_of_the_tables_may_not_be_the_application(house: Servers, ready: Settings):
    owner = await asyncpg.connect(house.owner_url)
    await owner.execute("CREATE TABLE rating (id int)")
    try:
        with pytest.raises(BootRefused, match="DATABASE_OWNER_URL"):
            await boot.check(replace(ready, database_url=house.owner_url), redis_must_answer=True)
    finally:
        await owner.execute("DROP TABLE rating")
        await owner.close()


async def test_a_redis_that_evicts_is_refused(ready: Settings, redis: Redis):
    await redis.config_set("maxmemory-policy", "allkeys-lru")

    with pytest.raises(BootRefused, match="noeviction"):
        await boot.check(ready, redis_must_answer=False)


@pytest.mark.parametrize("version", ["6.0.16", "5.0.7"])
def test_an_old_redis_is_refused(version: str):
    boot.judge_redis("6.2.0", "noeviction")

    with pytest.raises(BootRefused, match=version):
        boot.judge_redis(version, "noeviction")


async def test_only_the_web_starts_without_redis(ready: Settings):
    away = replace(ready, redis_url="redis://127.0.0.1:1/0")

    await boot.check(away, redis_must_answer=False)
    with pytest.raises(BootRefused, match="REDIS_URL"):
        await boot.check(away, redis_must_answer=True)


async def test_a_wrong_redis_password_is_refused_even_to_the_web(ready: Settings):
    wrong = ready.redis_url.replace("unix://:", "unix://:not-")

    with pytest.raises(BootRefused, match="REDIS_URL"):
        await boot.check(replace(ready, redis_url=wrong), redis_must_answer=False)


def test_a_refused_configuration_ends_the_program_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setenv("HAOCHAPING_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://web@127.0.0.1:1/hcp")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("HAOCHAPING_SECRET", "")

    assert cli.main(["serve"]) != 0
    assert "HAOCHAPING_SECRET" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()


def test_every_setting_is_documented_and_every_documented_one_is_read():
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/running.md").read_text("utf-8"), re.MULTILINE))
    read = set(re.findall(r'"((?:HAOCHAPING|DATABASE|REDIS)_[A-Z_]+)"', (ROOT / "core/settings.py").read_text("utf-8")))
    built = set(re.findall(r'"(HAOCHAPING_[A-Z_]+)"', (ROOT / "hatch_assets.py").read_text("utf-8")))

    assert documented == read | built
