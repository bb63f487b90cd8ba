"""A rating moves one way through here, and each room on its path does one thing to it.

intake         receives it once, from whoever may give it, and never changes it again
attribution    says whom it counts for
tickets        open for the bad ones, with due times the regulation gives
appeals        let the rated side object, and decide without touching the rating
scoring        counts every grade, and makes figures of the counts
publication    shows the figures to the public, with their counts
"""
