"""What is handed in as evidence cannot run, cannot be read on disk, and comes back as it was or not at all."""

import io
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock, db
from core.audit import Actor
from core.errors import EvidenceType, NotFound, TooLarge, Unavailable
from core.evidence import actions, decide, files, ooxml
from core.evidence.actions import Evidence
from core.tenants import Tenant
from tests.core import papers

BY = Actor("institution", "tax-east")
CANARY = "窗口录像显示王小明于当日到场".encode()
TICKET = """
INSERT INTO region (tenant_id, code, name) VALUES ($1, 'city', '市本级');
INSERT INTO institution (tenant_id, code, name, region) VALUES ($1, 'tax', '税务局', 'city');
INSERT INTO service_case (tenant_id, id, code, mode, kind, opened_at) VALUES ($1, $2, 'c', 'window', 'person', $3);
INSERT INTO ticket (tenant_id, id, number, rating_id, rated_at, case_id, dimensions, grade, state, handler, proposed,
  opened_at, policy, policy_day)
VALUES ($1, $2, '26031', $2, $3, $2, '{overall}', 1, 'open', 'tax', 'tax', $3, '', '2026-03-09')
"""
RUNNABLE = {
    "windows": b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 200 + b"PE\0\0",
    "linux": b"\x7fELF\2\1\1\0" + b"\0" * 200,
    "mac": b"\xcf\xfa\xed\xfe\x07\0\0\1" + b"\0" * 200,
    "java": b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 200,
    "shell": b"#!/bin/sh\nrm -rf /\n",
    "page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "late page": b"\xef\xbb\xbf  \r\n<HTML><body onload=alert(1)>",
    "drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "server page": b"<?php system($_GET['c']);",
    "jar": papers.archive(),
    "nothing": b"",
    "unreadable": b"\xff\xfe\x00\x81\x01",
}
ENDINGS = ("pdf", "jpg", "jpeg", "png", "webp", "docx", "xlsx", "txt", "mp4", "m4a", "mp3")
HIDDEN = {
    "a PDF that begins later": ("a.pdf", b"\n" + papers.pdf()),
    "a PDF behind markup": ("a.pdf", b"<html>" + papers.pdf()),
    "a PDF with a page behind": ("a.pdf", papers.pdf() + b"<script>alert(1)</script>"),
    "a PDF with an archive behind": ("a.pdf", papers.pdf() + papers.archive()),
    "a PDF with an archive inside": ("a.pdf", papers.pdf() + papers.archive() + b"\n%%EOF"),
    "a picture with an archive behind": ("a.jpg", papers.jpeg() + papers.archive()),
    "a picture with a program behind": ("a.jpg", papers.jpeg() + RUNNABLE["windows"]),
    "a picture that is a PDF too": ("a.jpg", papers.jpeg().replace(b"JFIF", b"%PDF-1")),
    "a picture that never ends": ("a.jpg", papers.jpeg()[:-2]),
    "a screenshot with an archive behind": ("a.png", papers.png() + papers.archive()),
    "a screenshot with a byte behind": ("a.png", papers.png() + b"\0"),
    "a small picture with an archive behind": ("a.webp", papers.webp() + papers.archive()),
    "a film with an archive behind": ("a.mp4", papers.mp4() + papers.archive()),
    "a film with an archive in its last box": ("a.mp4", papers.mp4() + papers._box(b"free", papers.archive())),
    "a sound with an archive behind": ("a.mp3", papers.mp3() + papers.archive()),
    "a sound with a page in its tag": ("a.mp3", papers.mp3(b"ID3\4\0\0\0\0\0\x0a<script>ab")),
    "a picture of another kind in a film's box": ("a.mp4", papers.mp4(b"heic")),
    "a document with an archive before": ("a.docx", papers.archive() + papers.docx()),
    "a document with a byte behind": ("a.docx", papers.docx() + b"\0"),
    "a document with a macro": ("a.docx", papers.docx(word__vbaProject_bin=b"x")),
    "a document with a macro in another place": ("a.docx", papers.docx(custom__VBAPROJECT_BIN=b"x")),
    "a document with a program": ("a.docx", papers.docx(word__media__run_exe=b"MZ")),
    "a document with a package": ("a.docx", papers.docx(word__embeddings__oleObject1_bin=b"x")),
    "an archive of a program": ("a.docx", papers.docx(**{"META-INF__MANIFEST_MF": b"x"})),
    "a document for whoever is told it is a table": ("a.xlsx", papers.docx()),
    "a table for whoever is told it is a document": ("a.docx", papers.xlsx()),
    "a picture for whoever is told it is another": ("a.png", papers.jpeg()),
    "a sound for whoever is told it is a film": ("a.mp4", papers.mp4(b"M4A ")),
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    files.use_folder(tmp_path / "files")
    yield tmp_path / "files"
    files._folder.clear()


@pytest.fixture
def occupied(folder: Path) -> Path:
    """No folder can be made where a file lies."""
    folder.write_text("x")
    return folder


@pytest.fixture
async def ticket(tenant: Tenant, now: datetime) -> UUID:
    return await opened(tenant, now)


async def opened(tenant: Tenant, now: datetime) -> UUID:
    ticket_id = db.ids.new()
    given = (tenant.id, ticket_id, now)
    async with db.as_tenant(tenant.id) as unit:
        for statement in TICKET.split(";"):
            await unit.execute(statement, *given[: 1 + ("$2" in statement) + ("$3" in statement)])
    return ticket_id


async def kept(
    tenant: Tenant, ticket: UUID, now: datetime, name: str = "记录.txt", content: bytes = CANARY
) -> Evidence:
    async with db.as_tenant(tenant.id) as unit:
        return await actions.keep(unit, ticket, name, content, BY, now)


async def read(tenant: Tenant, evidence: Evidence) -> tuple[Evidence, bytes]:
    async with db.as_tenant(tenant.id) as unit:
        return await actions.read(unit, evidence.id)


def lying_at(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", papers.every())
def test_each_kind_is_what_its_name_and_its_content_say(name: str):
    kind = decide.kind_of(name, papers.every()[name])

    assert name.rpartition(".")[2].lower() in kind.endings


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("what", RUNNABLE)
def test_what_runs_is_refused_under_every_name(what: str, ending: str):
    with pytest.raises(EvidenceType) as refusal:
        decide.kind_of(f"证据.{ending}", RUNNABLE[what])
    assert (refusal.value.code, refusal.value.field) == ("evidence-type", "evidence")


@pytest.mark.parametrize("what", HIDDEN)
def test_nothing_hides_in_a_file_of_another_kind(what: str):
    with pytest.raises(EvidenceType):
        decide.kind_of(*HIDDEN[what])


@pytest.mark.parametrize(
    "name", ["证据", "", ".pdf", "证据.", "a.exe", "a.pdf.exe", "a.docm", "a.svg", "证据\u202efdp.exe", "a.pdf/b"]
)
def test_a_name_that_promises_no_kind_is_refused(name: str):
    with pytest.raises(EvidenceType, match="请上传"):
        decide.kind_of(name, papers.pdf())


def test_the_main_part_may_be_numbered_and_declared_for_all_parts():
    media = f"{ooxml.WORD.media}.main+xml"
    numbered = f"<Override PartName='/word/document2.xml' ContentType='{media}'/>"
    default = f'<Default Extension="xml" ContentType="{media}"/>'

    assert decide.kind_of("a.docx", papers.office(numbered, {"word/document2.xml": b"<x/>"})) == decide.DOCX
    assert decide.kind_of("a.docx", papers.office(default, {"word/document.xml": b"<x/>"})) == decide.DOCX
    with pytest.raises(EvidenceType):
        decide.kind_of("a.docx", papers.office(default, {"word/other.xml": b"<x/>"}))


def test_phones_hang_second_pictures_and_short_films_on_a_picture():
    first = papers.jpeg()

    assert decide.kind_of("a.jpg", first + papers.jpeg()) == decide.JPEG
    assert decide.kind_of("a.jpg", first + b"\0\0" + papers.jpeg()) == decide.JPEG
    assert decide.kind_of("a.jpg", first + papers.mp4()) == decide.JPEG


@pytest.mark.parametrize(
    "names", [["../../evil.xml"], ["/etc/passwd"], ["word\\..\\x"], ["C:/x"], ["a//b"], ["x.xml", "X.xml"], ["a/./b"]]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_path_that_leads_out_of_an_archive_is_refused(names: list[str]):
    file = io.BytesIO(papers.docx())
    with zipfile.ZipFile(file, "a") as archive:
        for name in names:
            archive.writestr(name, b"x")

    with pytest.raises(EvidenceType):
        decide.kind_of("a.docx", file.getvalue())


def test_an_archive_that_unpacks_without_end_is_refused():
    parts = {f"word/media/{n}.xml": bytes(ooxml.MOST_UNPACKED // 4) for n in range(5)}
    many = {f"word/media/{n}.xml": b"" for n in range(ooxml.MOST_MEMBERS)}
    for further in (parts, many):
        file = io.BytesIO(papers.docx())
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, content in further.items():
                archive.writestr(name, content)

        assert len(file.getvalue()) < decide.MOST_BYTES
        with pytest.raises(EvidenceType):
            decide.kind_of("a.docx", file.getvalue())


def test_an_archive_that_lies_about_its_size_is_refused():
    honest = papers.docx(word__media__a_xml=b"x" * 12_345)

    assert decide.kind_of("a.docx", honest) == decide.DOCX
    with pytest.raises(EvidenceType):
        decide.kind_of("a.docx", honest.replace((12_345).to_bytes(4, "little"), (12).to_bytes(4, "little")))


def test_size_is_limited_by_kind():
    with pytest.raises(TooLarge, match="10 MB"):
        decide.kind_of("a.txt", b"a" * (decide.MOST_BYTES + 1))
    with pytest.raises(TooLarge, match="50 MB"):
        decide.kind_of("a.mp4", b"a" * (decide.MOST_BYTES_RECORDED + 1))
    film = papers.mp4() + papers._box(b"mdat", bytes(decide.MOST_BYTES))
    assert decide.kind_of("a.mp4", film) == decide.MP4


@given(name=st.sampled_from(sorted(papers.every())), data=st.data())
@settings(deadline=None, max_examples=500)
def test_a_broken_file_is_refused_or_harmless_but_never_an_error(name: str, data: st.DataObject):
    whole = papers.every()[name]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 30, len(whole))))
    broken = whole[:start] + data.draw(st.binary(max_size=30)) + whole[end:]

    with suppress(EvidenceType):
        assert decide.kind_of(name, broken) in decide.KINDS.values()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"\xff\xd8" + b"\xff" * 10_000_000),
        ("a.jpg", b"\xff\xd8" + b"\xff\xe0\0\2" * 2_500_000),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\2\xff\xd9" * 1_250_000),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 10_000_000),
        ("a.mp4", papers.mp4() + b"\0\0\0\x08free" * 6_000_000),
        ("a.mp3", b"ID3\4\0\0\0\0\0\0" + b"\0" * 50_000_000),
    ],
)
def test_no_file_takes_long_to_refuse(name: str, content: bytes):
    started = time.perf_counter()

    with pytest.raises(EvidenceType):
        decide.kind_of(name, content)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("答复函.pdf", "答复函.pdf"),
        ("C:\\Users\\张三\\答复函.pdf", "答复函.pdf"),
        ("../../etc/答复函.pdf", "答复函.pdf"),
        ("答复\x00函\u202e\n\u200b.pdf", "答复函.pdf"),
        (" .答复<函>.PDF. ", "答复函.PDF"),
        ("长" * 300 + ".docx", "长" * 115 + ".docx"),
        ("长" * 300, "长" * 120),
        ("..", ""),
        ("\ud800a.txt", "a.txt"),
    ],
)
def test_a_name_is_only_a_name(given: str, clean: str):
    assert decide.clean_name(given) == clean


@given(st.text(max_size=400))
def test_a_clean_name_stays_clean(name: str):
    clean = decide.clean_name(name)

    assert decide.clean_name(clean) == clean
    assert len(clean) <= decide.LONGEST_NAME


async def test_what_was_handed_in_comes_back_as_it_was(
    tenant: Tenant, ticket: UUID, now: datetime, folder: Path
) -> None:
    evidence = await kept(tenant, ticket, now, "../答复函.pdf", papers.pdf())

    async with db.as_tenant(tenant.id) as unit:
        assert await actions.listing(unit, ticket) == (evidence,)
    assert await read(tenant, evidence) == (evidence, papers.pdf())
    assert (evidence.name, evidence.kind, evidence.size) == ("答复函.pdf", decide.PDF, len(papers.pdf()))
    assert (evidence.uploaded_by, evidence.at) == ("institution:tax-east", now)


async def test_another_tenant_never_sees_it(
    tenant: Tenant, stranger: Tenant, ticket: UUID, now: datetime, folder: Path
) -> None:
    evidence = await kept(tenant, ticket, now)

    with pytest.raises(NotFound):
        await read(stranger, evidence)
    with pytest.raises(NotFound):
        await kept(stranger, ticket, now)
    async with db.as_tenant(stranger.id) as unit:
        assert await actions.listing(unit, ticket) == ()
    assert len(lying_at(folder)) == 1


async def test_nothing_on_disk_can_be_read(tenant: Tenant, ticket: UUID, now: datetime, folder: Path) -> None:
    evidence = await kept(tenant, ticket, now)

    (file,) = lying_at(folder)
    assert file == folder / str(tenant.id) / evidence.id.hex[:2] / str(evidence.id)
    assert CANARY not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder, file.parent, file.parent.parent)} == {0o700}


async def test_a_file_that_was_touched_is_not_given_out(
    tenant: Tenant, ticket: UUID, now: datetime, folder: Path
) -> None:
    evidence, other = await kept(tenant, ticket, now), await kept(tenant, ticket, now, content=CANARY + b"!")
    place = {path.name: path for path in lying_at(folder)}
    whole = place[str(evidence.id)].read_bytes()
    touched = [whole[:-1] + bytes([whole[-1] ^ 1]), whole[:40], b"", CANARY, place[str(other.id)].read_bytes()]

    for content in touched:
        place[str(evidence.id)].write_bytes(content)
        with pytest.raises(files.FileLost):
            await read(tenant, evidence)
    place[str(evidence.id)].unlink()
    with pytest.raises(files.FileLost):
        await read(tenant, evidence)
    assert (await read(tenant, other))[1] == CANARY + b"!"


async def test_a_file_that_its_row_does_not_describe_is_not_given_out(
    tenant: Tenant, ticket: UUID, now: datetime, folder: Path
) -> None:
    evidence = await kept(tenant, ticket, now)
    files.write(tenant.id, evidence.id, b"another")

    with pytest.raises(files.FileLost):
        await read(tenant, evidence)


async def test_a_row_never_names_a_file_that_is_not_there(
    tenant: Tenant, ticket: UUID, now: datetime, occupied: Path
) -> None:
    with pytest.raises(Unavailable):
        await kept(tenant, ticket, now)
    async with db.as_tenant(tenant.id) as unit:
        assert await actions.listing(unit, ticket) == ()


async def test_no_file_is_written_for_a_ticket_that_is_not_there(tenant: Tenant, now: datetime, folder: Path) -> None:
    with pytest.raises(NotFound):
        await kept(tenant, uuid4(), now)
    assert lying_at(folder) == []


async def test_only_old_files_without_a_row_are_swept(tenant: Tenant, ticket: UUID, folder: Path) -> None:
    real = clock.now()
    evidence = await kept(tenant, ticket, real)
    with pytest.raises(ZeroDivisionError):
        async with db.as_tenant(tenant.id) as unit:
            await actions.keep(unit, ticket, "a.txt", CANARY, BY, real)
            raise ZeroDivisionError
    unfinished = folder / str(tenant.id) / "00" / f"{uuid4()}.0123abcd.part"
    unfinished.parent.mkdir(exist_ok=True)
    unfinished.touch()
    foreign = unfinished.with_name("lost+found")
    foreign.touch()

    async def sweep(at: datetime) -> int:
        async with db.as_tenant(tenant.id) as unit:
            return await actions.sweep(unit, at)

    assert await sweep(real + timedelta(hours=23)) == 0
    assert await sweep(real + timedelta(hours=25)) == 2
    assert {path.name for path in lying_at(folder)} == {str(evidence.id), "lost+found"}


async def test_a_long_recording_is_kept_whole(tenant: Tenant, ticket: UUID, now: datetime, folder: Path) -> None:
    film = papers.mp4() + papers._box(b"mdat", os.urandom(decide.MOST_BYTES_RECORDED - 100))

    assert (await read(tenant, await kept(tenant, ticket, now, "监控.mp4", film)))[1] == film


async def test_without_a_folder_nothing_is_kept(tenant: Tenant, ticket: UUID, now: datetime) -> None:
    with pytest.raises(files.NoFolder, match="use_folder"):
        await kept(tenant, ticket, now)
