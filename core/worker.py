"""Due work is found in PostgreSQL each second, carried by arq as bare ids, and done by whoever holds its token."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from arq import func
from arq.connections import ArqRedis, RedisSettings
from arq.worker import Worker
from redis.exceptions import RedisError

from core import clock, crypto, db, duties, tenants
from core.audit import origin
from core.errors import NotFound, Refused
from core.evidence import files
from core.incidents import actions as incidents
from core.outbox import tasks
from core.outbox.actions import KIND
from core.outbox.jobs import Delivery
from core.outbox.mail import mail_gateway
from core.outbox.sms import gateway
from core.outbox.voice import voice_gateway
from core.scenarios import jobs as examples
from core.settings import Settings
from core.tenants import Tenant
from core.tenants.throwaway import outlived
from core.tenants.throwaway import sweep as sweep_away

Job = Callable[[Tenant, str, datetime], Awaitable[None]]
Jobs = Mapping[str, Job]

QUEUE = "haochaping:tasks"
RUN = "run"
AT_ONCE = 8
# Twice what can run: enough to stay busy, too little for a claim to grow old in the queue.
CLAIMED_AT_ONCE = 2 * AT_ONCE
SWEEP_SECONDS = 1.0
ROUND_SECONDS = 60.0
JOB_SECONDS = 60
LONGEST_SECONDS = max(JOB_SECONDS, *duties.LONG.values())
RENEW_SECONDS = 30
LAST_WORD_SECONDS = 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which jobs there are, and whether throw-away tenants are served too."""

    jobs: Jobs
    throwaway: bool = False


def run(settings: Settings) -> None:
    """Returns when it is told to stop. What it leaves unfinished, another worker takes over."""
    mail = mail_gateway(settings.smtp_url, settings.smtp_from)
    sms = gateway(settings.sms_url, settings.secret)
    voice = voice_gateway(settings.voice_url, settings.secret)
    delivery = Delivery(sms, settings.public_url, mail, duties.COURIERS, voice)
    asyncio.run(work(settings, Plan({**duties.JOBS, **examples.JOBS, KIND: delivery})))


async def work(settings: Settings, plan: Plan) -> None:
    crypto.use_secret(settings.secret)
    files.use_folder(settings.files)
    await db.open_pool(settings.database_url, 1, AT_ONCE + 2)
    worker = _arq(settings, plan)
    origin.begin("job")
    try:
        await worker.async_run()
    except asyncio.CancelledError:
        log.info("worker-stopped")
    finally:
        await worker.close()
        await db.close_pool()


def _arq(settings: Settings, plan: Plan) -> Worker:
    async def run_one(ctx: dict[Any, Any], task_id: str, token: str) -> None:  # noqa: ARG001 - arq names it
        await run_claimed(UUID(task_id), UUID(token), plan.jobs)

    sweeping: list[asyncio.Task[None]] = []

    async def begin(ctx: dict[Any, Any]) -> None:
        sweeping.append(asyncio.create_task(sweep(ctx["redis"], plan)))
        sweeping.append(asyncio.create_task(rounds()))

    async def end(ctx: dict[Any, Any]) -> None:  # noqa: ARG001 - arq names it
        for each in sweeping:
            each.cancel()
        await asyncio.gather(*sweeping, return_exceptions=True)

    return Worker(
        functions=[func(run_one, name=RUN)],
        queue_name=QUEUE,
        redis_settings=RedisSettings.from_dsn(settings.redis_url),
        on_startup=begin,
        on_shutdown=end,
        max_jobs=AT_ONCE,
        poll_delay=0.2,
        job_timeout=LONGEST_SECONDS,
        job_completion_wait=LAST_WORD_SECONDS,
        # Attempts are counted in PostgreSQL; a message that comes too often finds its token gone.
        max_tries=1000,
        keep_result=0,
        log_results=False,
        job_serializer=_packed,
        job_deserializer=json.loads,
    )


async def sweep(redis: ArqRedis, plan: Plan) -> None:
    """The truth is asked each second, so that nothing depends on what Redis remembers."""
    while True:
        # Whatever a turn meets, the next second has a turn of its own: a worker that looks alive must look for work.
        (found,) = await asyncio.gather(_turn(redis, plan), return_exceptions=True)
        if isinstance(found, BaseException):
            log.warning("sweep-failed", error=type(found).__name__)
        elif found == CLAIMED_AT_ONCE:
            continue
        await asyncio.sleep(SWEEP_SECONDS)


async def _turn(redis: ArqRedis, plan: Plan) -> int:
    await incidents.keep()
    claimed = await tasks.claim(clock.now(), CLAIMED_AT_ONCE, throwaway=plan.throwaway)
    if claimed.ids:
        await _carry(redis, claimed)
    return len(claimed.ids)


async def rounds() -> None:
    """Now and then every tenant is asked what is due, in case its wake-up was lost with a process."""
    while True:
        await asyncio.sleep(ROUND_SECONDS)
        (listed,) = await asyncio.gather(tenants.listing(), return_exceptions=True)
        for each in [] if isinstance(listed, BaseException) else listed:
            # One tenant's trouble, of whatever kind, is not the next one's.
            (error,) = await asyncio.gather(duties.look_at(each.id, clock.now()), return_exceptions=True)
            if isinstance(error, BaseException):
                log.warning("round-failed", tenant=each.id, error=type(error).__name__)
        await sweep_up()


async def sweep_up() -> None:
    """Throw-away tenants of runs that died are gone; one that cannot go now is met again in the next round."""
    (found,) = await asyncio.gather(outlived(), return_exceptions=True)
    for each in [] if isinstance(found, BaseException) else found:
        (error,) = await asyncio.gather(sweep_away(each), return_exceptions=True)
        if isinstance(error, BaseException):
            log.warning("sweep-up-failed", tenant=each, error=type(error).__name__)


async def run_claimed(task_id: UUID, token: UUID, jobs: Jobs) -> None:
    """Does one task, if the claim still holds, and writes down how it ended."""
    task = await tasks.begin(task_id, token, clock.now())
    if task is None:
        return
    origin.begin("job", str(task.id))
    # A job may fail in any way; waiting for it as a task of its own keeps the way it failed.
    doing = asyncio.ensure_future(_do(task, jobs))
    try:
        await _hold(task, doing, duties.LONG.get(task.kind, JOB_SECONDS) - 5)
    finally:
        doing.cancel()
    (error,) = await asyncio.gather(doing, return_exceptions=True)
    if error is None:
        await tasks.finish(task)
        return
    log.warning("task-failed", kind=task.kind, tenant=task.tenant_id, task=str(task.id), error=type(error).__name__)
    # What a database says of an error may name a person; a refusal never does.
    said = error.detail if isinstance(error, Refused) else ""
    await tasks.fail(task, f"{type(error).__name__} {said}".strip(), clock.now())


async def _hold(task: tasks.Task, doing: asyncio.Future[None], seconds: float) -> None:
    """Waits, and says from time to time that somebody is at it, so that nobody else takes long work over."""
    while seconds > 0:
        done, _ = await asyncio.wait({doing}, timeout=min(seconds, RENEW_SECONDS))
        seconds -= RENEW_SECONDS
        if done or (seconds > 0 and not await tasks.renew(task, clock.now())):
            return


async def _do(task: tasks.Task, jobs: Jobs) -> None:
    try:
        tenant = await tenants.by_id(task.tenant_id)
    except NotFound:
        # The tenant is gone, and its work with it.
        return
    # A clock that is behind must not find that nothing is due yet and throw the wake-up away.
    await jobs[task.kind](tenant, task.ref, max(clock.now(), task.run_after))


async def _carry(redis: ArqRedis, claimed: tasks.Claim) -> None:
    """A claim that Redis did not take is given back at once; one it lost runs out by itself."""
    try:
        for task_id in claimed.ids:
            name = f"{task_id}:{claimed.token}"
            await redis.enqueue_job(RUN, str(task_id), str(claimed.token), _job_id=name, _queue_name=QUEUE)
    except (RedisError, OSError):
        await tasks.give_back(claimed)
        raise


def _packed(value: Mapping[str, Any]) -> bytes:
    """JSON, never pickle. arq also packs what a job raised, of which the kind is enough."""
    return json.dumps(value, default=lambda other: type(other).__name__).encode()
