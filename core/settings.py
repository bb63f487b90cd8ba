"""What a machine may set is read from its environment here, once, and nowhere else."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DEFAULT_PORT = 8000
LAST_PORT = 65535

Env = Literal["demo", "production"]


class SettingRefused(ValueError):
    """环境变量的值无法使用。"""


@dataclass(frozen=True, slots=True)
class Settings:
    """An empty URL means that the servers of this checkout are used; metrics port 0 that nobody asks for metrics."""

    env: Env
    database_url: str
    owner_url: str
    redis_url: str
    secret: str
    host: str
    port: int
    port_is_fixed: bool
    var: Path
    files: Path
    address: str
    sms_url: str
    smtp_url: str
    smtp_from: str
    metrics_port: int
    plain_hosts: frozenset[str]
    voice_url: str = ""

    @property
    def demo(self) -> bool:
        return self.env == "demo"

    @property
    def public_url(self) -> str:
        """The address citizens' links begin with, without a slash at its end."""
        return self.address or f"http://{self.host}:{self.port}"


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    database_url = environment.get("DATABASE_URL", "")
    var = Path(environment.get("HAOCHAPING_VAR", "var")).absolute()
    return Settings(
        env=_env(environment.get("HAOCHAPING_ENV", "production" if database_url else "demo")),
        database_url=database_url,
        owner_url=environment.get("DATABASE_OWNER_URL", ""),
        redis_url=environment.get("REDIS_URL", ""),
        secret=environment.get("HAOCHAPING_SECRET", ""),
        host=environment.get("HAOCHAPING_HOST", "127.0.0.1"),
        port=_port("HAOCHAPING_PORT", environment.get("HAOCHAPING_PORT", str(DEFAULT_PORT))),
        port_is_fixed="HAOCHAPING_PORT" in environment,
        var=var,
        files=Path(environment.get("HAOCHAPING_FILES") or var / "files").absolute(),
        address=environment.get("HAOCHAPING_URL", "").rstrip("/"),
        sms_url=environment.get("HAOCHAPING_SMS_URL", ""),
        smtp_url=environment.get("HAOCHAPING_SMTP_URL", ""),
        smtp_from=environment.get("HAOCHAPING_SMTP_FROM", ""),
        metrics_port=_port("HAOCHAPING_METRICS_PORT", environment.get("HAOCHAPING_METRICS_PORT", "0")),
        voice_url=environment.get("HAOCHAPING_VOICE_URL", ""),
        plain_hosts=frozenset(environment.get("HAOCHAPING_PLAIN_HOSTS", "").replace(",", " ").split()),
    )


def as_environment(settings: Settings) -> dict[str, str]:
    """The environment in which another process reads these same settings."""
    return {
        **os.environ,
        "HAOCHAPING_ENV": settings.env,
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.owner_url,
        "REDIS_URL": settings.redis_url,
        "HAOCHAPING_SECRET": settings.secret,
        "HAOCHAPING_HOST": settings.host,
        "HAOCHAPING_PORT": str(settings.port),
        "HAOCHAPING_VAR": str(settings.var),
        "HAOCHAPING_FILES": str(settings.files),
        "HAOCHAPING_URL": settings.public_url,
        "HAOCHAPING_SMS_URL": settings.sms_url,
        "HAOCHAPING_VOICE_URL": settings.voice_url,
        "HAOCHAPING_SMTP_URL": settings.smtp_url,
        "HAOCHAPING_SMTP_FROM": settings.smtp_from,
        "HAOCHAPING_METRICS_PORT": str(settings.metrics_port),
        "HAOCHAPING_PLAIN_HOSTS": " ".join(sorted(settings.plain_hosts)),
    }


def adopt(settings: Settings) -> None:
    """Who reads the settings of this process from now on, reads these."""
    os.environ.update(as_environment(settings))


def _env(text: str) -> Env:
    if text not in ("demo", "production"):
        raise SettingRefused(f"HAOCHAPING_ENV 只能是 demo 或 production，现在是“{text}”。")
    return text


def _port(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_PORT):
        raise SettingRefused(f"{name} 应是 0 到 {LAST_PORT} 的端口号，现在是“{text}”。")
    return int(text)
