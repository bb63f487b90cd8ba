"""The screens of the back office that exist."""

from web.admin import (
    account,
    acts,
    alerts,
    answers,
    appeals,
    appraisal,
    audit,
    brand,
    checks,
    coverage,
    delegations,
    drafts,
    exchanges,
    handed,
    help,
    home,
    ledger,
    life,
    members,
    mine,
    moved,
    notice_texts,
    notices,
    notifications,
    onboarding,
    palette,
    papers,
    permissions,
    places,
    policy,
    questions,
    queues,
    rater,
    ratings,
    replies,
    rosters,
    scores,
    support,
    tasks,
    tenure,
    ticket_tasks,
    tickets,
    today,
    trail,
)
from web.admin import composite as composites
from web.admin.builders import alerts as warnings
from web.admin.builders import formulas, questionnaire, tags
from web.admin.builders import index as composite
from web.admin.calendars import changes as calendar_changes
from web.admin.calendars import writing as calendar_writing
from web.admin.calendars import year as calendar_year
from web.admin.channels import devices as channel_devices
from web.admin.channels import index as channel_index
from web.admin.channels import systems as channel_systems
from web.admin.examples import editing, files, runs
from web.admin.extras import filing, pages, printing, records
from web.admin.extras import lists as extra_lists
from web.admin.extras import mine as named
from web.admin.extras import sheets as blanks
from web.admin.lists import bulk, exports, looks
from web.admin.rules import adopt, asked, board, diff, editor, overview, packing, past, whatif
from web.admin.rules import papers as papers_of_place

ROUTES = [
    home.first, today.show, today.rows, mine.show, mine.ratings,
    checks.index, checks.draw, checks.show,
    account.show, account.change_password, account.begin_factor, account.enrol_factor, account.remove_factor,
    account.renew_codes, account.end_others, account.end_session,
    tickets.index, tickets.callbacks, tickets.audits, tickets.show,
    bulk.gather, bulk.again, bulk.show, bulk.press, bulk.undo, bulk.undone, bulk.results,
    looks.desk, looks.look, looks.looked,
    looks.index, looks.keep, looks.change, looks.changing, looks.drop, looks.prefer,
    exports.choose, exports.order, exports.downloads, exports.fetch, exports.drop,
    acts.act, acts.again, acts.appeal, acts.appeal_again,
    handed.add, handed.again, handed.download, ticket_tasks.finish, ticket_tasks.again,
    drafts.save, drafts.discard, drafts.fill, rater.unmask, rater.again,
    papers.order, papers.letter, papers.deadline, papers.days,
    replies.index, replies.keep, replies.change, replies.again, replies.remove,
    appeals.index, tasks.index, tasks.finish, tasks.again, alerts.index, alerts.show, alerts.handle,
    ledger.index, ledger.export, moved.index, notices.index,
    ratings.index, scores.index, composites.show, scores.show, appraisal.export,
    board.index, board.begin, diff.show, diff.describe, diff.drop, diff.comment, diff.submit, diff.send_back,
    diff.approve, diff.withdraw, past.history, past.restore, past.compare,
    papers_of_place.index, papers_of_place.register, papers_of_place.ask, papers_of_place.take_back,
    overview.overview, editor.show, editor.change, asked.show, asked.answer,
    whatif.index, whatif.order, whatif.show, whatif.cancel, whatif.table, whatif.invitations,
    policy.public, policy.show, questions.index, questions.answer, coverage.index, life.index,
    tenure.index, tenure.suspend, tenure.resume, tenure.archive, tenure.back,
    tenure.copy, tenure.leave_ask, tenure.leave_agree, tenure.leave_stop,
    onboarding.index, onboarding.note, onboarding.testing, onboarding.sign, onboarding.live,
    onboarding.trial, onboarding.try_all,
    places.index, places.export, places.again, places.bring,
    queues.messages, queues.resend, queues.jobs, queues.retry, audit.index, audit.export, audit.sealed, trail.show,
    permissions.index,
    brand.show, brand.change,
    channel_index.index, channel_index.sheets, channel_devices.index, channel_devices.issue, channel_devices.revoke,
    channel_devices.again, channel_systems.index, channel_systems.issue, channel_systems.revoke, channel_systems.again,
    calendar_year.index, calendar_writing.ask, calendar_writing.read, calendar_writing.ask_day,
    calendar_writing.write_day, calendar_changes.show, calendar_changes.publish, calendar_changes.withdraw,
    calendar_changes.again,
    members.index, members.new, members.create, members.show, members.grant, members.state, members.secure,
    palette.show, help.show, notifications.index, notifications.follow, notifications.mark, notifications.mark_all,
    notifications.settings, notifications.choose,
    members.again, delegations.index, delegations.give, delegations.revoke, delegations.take, delegations.again,
    delegations.leave, support.index, support.look,
    packing.show, packing.export, adopt.show, adopt.take,
    runs.index, runs.run, runs.again, runs.show, runs.against, runs.try_out, runs.depart, runs.departed,
    editing.begin, editing.regulation, editing.show, editing.change, editing.remove,
    files.one, files.every, files.upload,
    questionnaire.index, questionnaire.work, formulas.index, formulas.work, composite.index, composite.work,
    warnings.index, warnings.work, tags.index, tags.work,
    answers.index,
    notice_texts.index, notice_texts.show, notice_texts.keep,
    rosters.index, rosters.bring, rosters.template, rosters.show, rosters.columns, rosters.start, rosters.drop,
    rosters.to_mend, rosters.again,
    exchanges.index, exchanges.show, exchanges.settle, exchanges.test, exchanges.resend, exchanges.resend_order,
    exchanges.again,
    named.index, pages.first, pages.show, extra_lists.export, filing.new, filing.file, filing.code, filing.drawn,
    blanks.sheet,
    records.show, records.act, records.grave, records.again, records.again_private, records.unmask, records.download,
    printing.show, printing.again,
]  # fmt: skip
