"""The keys and the answers, on one page that needs no script."""

from litestar import get

from web.helps import TOPICS
from web.page import Page, page


@get("/t/{slug:str}/admin/help", opt={"perm": "home"}, sync_to_thread=False)
def show() -> Page:
    return page("admin/help.html", topics=TOPICS)
