"""The words of the record: what its arrays' columns and rows mean."""

DAY, HOUR = 86_400, 3600
HOURS = 24  # of a day
NEVER = 2**62

# Columns of the count of a cell (a team's posts of one role). WAITING to ON_DUTY take in every authorised post
# and every officer once: authorised = waiting + vacant + the officers' columns - officers beyond one a post.
AUTHORISED, DEPLOYED, WAITING, VACANT, SUSPENDED, INDUCTION, CHECKOUT, LEAVE, SICKNESS, OFF_SHIFT, ON_DUTY = range(11)
ARRIVALS = 11  # in tallies only: a number, not an integral
TALLY_COLUMNS = 12
BY_HOUR = 1 + 2 * HOURS  # columns of sums by hour of the day, as the kernel's `add_by_hour` keeps them

# A unit's time is tallied under what it lacks: one of the columns above, or these.
COVERED, WITHOUT_POSTS, NO_MANDATE = 0, 10, 11
UNIT_COLUMNS = 12

# Columns of the work of a unit's activity; the first two are also counted by day.
SERVED, LOST, WAITED, OPEN_AT_END = range(4)
WORK_COLUMNS, WORK_DAILY = 4, 2

# Kinds of journal rows: second, kind, post, stint, value.
ROW_OPEN, ROW_CLOSE, ROW_WAIT, ROW_GO, ROW_ARRIVE, ROW_LEAVE, ROW_PLAN = range(7)
JOURNAL_COLUMNS = 5
# Why an officer left: the value of a ROW_LEAVE.
WHY_LEFT = ("end of tour", "end of contract", "early departure", "post closed", "end of mandate")


# What a role counts as.
EQUIPMENT, INTERNATIONAL, LOCAL = range(3)

SERIES = ("authorised", "deployed", "present", "on_duty")  # of the daily means
