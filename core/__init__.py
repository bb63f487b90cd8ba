"""A rating moves one way through here, and each room on its path does one thing to it.

intake         receives it once, from whoever may give it, and never changes it again
attribution    says whom it counts for
tickets        open for the bad ones, with due times the regulation gives, verdicts, and appeals of the rated
scoring        counts every grade, and makes figures of the counts
citizen        shows the rater the chance to rate, and what became of it

``flow`` tells that story in verbs, ``handling`` what officials do in it, ``duties`` what time demands, ``policy`` what
the regulations say.
"""
