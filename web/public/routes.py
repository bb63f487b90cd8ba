"""The public pages that exist."""

from web.public import (
    device,
    entrances,
    extras,
    invited,
    looks,
    openid,
    questions,
    rate,
    receipt,
    results,
    sign_in,
    start,
    windows,
)

ROUTES = [
    start.show, start.sign_in, start.serve,
    sign_in.show, sign_in.sign_in, sign_in.resume, sign_in.sign_out,
    openid.begin, openid.back, openid.code,
    rate.show, rate.tap, rate.reasons, rate.send, rate.case_qr,
    questions.ask, questions.answer,
    receipt.ask, receipt.show, receipt.append, receipt.feedback,
    windows.show, windows.send_link, windows.window_qr,
    device.show, device.tap, device.done, device.ask_key, device.enter,
    entrances.show, entrances.send_link, entrances.code_qr,
    results.show, looks.show,
    extras.show, extras.file, extras.code, extras.listed, extras.follow, extras.do,
    invited.show, invited.accept,
]  # fmt: skip
