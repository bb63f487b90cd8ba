"""The province's screens that exist."""

from web.province import adopting, atlas, baseline, figures, founding, reporting, rounds, show, states

ROUTES = [
    show.show, states.readiness, states.health, figures.index, atlas.index, atlas.show, atlas.rule,
    rounds.index, rounds.begin, rounds.show, rounds.settle, rounds.close,
    reporting.index, reporting.edition, reporting.show, reporting.submit,
    baseline.index, baseline.publish, baseline.show, adopting.index, adopting.show, adopting.adopt,
    adopting.borrow, adopting.take, founding.new, founding.found,
]  # fmt: skip
