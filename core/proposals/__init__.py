"""A rule is changed by a proposal (规则草案): written together, approved by another, in force on its day."""
