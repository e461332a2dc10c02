"""The journal's rows, taken into the counts."""

from advisory_sim.engine.kernel.compiling import ONE, compiled
from advisory_sim.engine.kernel.people import begin_stint, turn, whereabouts
from advisory_sim.engine.kernel.shifts import duty_class, duty_column
from advisory_sim.engine.kernel.tally import settle
from advisory_sim.record.columns import (
    ARRIVALS,
    AUTHORISED,
    DEPLOYED,
    NEVER,
    ON_DUTY,
    ROW_ARRIVE,
    ROW_CLOSE,
    ROW_GO,
    ROW_LEAVE,
    ROW_OPEN,
    ROW_PLAN,
    ROW_WAIT,
    VACANT,
    WAITING,
)


@compiled
def place_post(post, count):
    """Count an open post without a holder as waiting or vacant; its cell has been settled."""
    column = 0
    if post.open and post.holders == 0:
        column = WAITING if post.waiting else VACANT
    if post.column:
        count[post.cell, post.column] -= 1
    if column:
        count[post.cell, column] += 1
    post.column = column


@compiled
def put_stint(cells, shifts, stint, p, count, change):
    """Add an officer to (change 1), or take him from (-1), the count of where he is; those present by their shift."""
    toggles, on, pointer, week, present = shifts
    column = stint.column
    if column == ON_DUTY:  # present
        present[stint.cell, stint.duty] += change
        column = duty_column(on, p, cells[stint.cell].role, stint.duty)
    count[stint.cell, column] += change


@compiled
def place_stint(cells, shifts, stint, p, counted, second, withdrawn):
    """Count an officer where he is now."""
    column = whereabouts(stint, second, withdrawn)
    if column != stint.column:
        settle(counted, stint.cell, second)
        put_stint(cells, shifts, stint, p, counted[0], -ONE)
        stint.column = column
        put_stint(cells, shifts, stint, p, counted[0], ONE)


@compiled
def read_row(settings, shifts, row, posts, stints, pool_state, p, counted, team_state):
    """Take in one row of the journal."""
    luck, cells, roles, dists, cdfs = settings
    second, kind = row[0], row[1]
    post = posts[row[2]]
    cell = post.cell
    count, tally = counted[0], counted[1]
    settle(counted, cell, second)
    withdrawn = team_state[cells[cell].team].withdrawn
    if kind == ROW_OPEN:
        post.open = 1
        count[cell, AUTHORISED] += 1
    elif kind == ROW_CLOSE:
        post.open = 0
        post.waiting = 0
        count[cell, AUTHORISED] -= 1
    elif kind == ROW_WAIT:
        post.waiting = 1
    elif kind == ROW_GO:
        post.waiting = 0
    elif kind == ROW_ARRIVE:
        stint = stints[row[3]]
        stint.post, stint.cell, stint.who = row[2], cell, (post.number << 32) | row[4]
        stint.duty = duty_class(roles, cells[cell].role, post.number)
        begin_stint(settings, stint, second)
        turn(settings, stint, second)
        stint.column = whereabouts(stint, second, withdrawn)
        stint.after = pool_state[p].first_stint
        pool_state[p].first_stint = row[3]
        post.holders += 1
        count[cell, DEPLOYED] += 1
        put_stint(cells, shifts, stint, p, count, ONE)
        tally[cell, ARRIVALS] += 1
    elif kind == ROW_LEAVE:
        stint = stints[row[3]]
        stint.active = 0
        post.holders -= 1
        count[cell, DEPLOYED] -= 1
        put_stint(cells, shifts, stint, p, count, -ONE)
    elif kind == ROW_PLAN:
        stint = stints[row[3]]
        checkout = roles[cells[cell].role].checkout
        stint.checkout_from = max(second, row[4] - checkout) if checkout > 0 else NEVER
        place_stint(cells, shifts, stint, p, counted, second, withdrawn)
    place_post(post, count)
