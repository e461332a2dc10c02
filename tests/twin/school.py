"""The academy, one applicant and one class after the other: read from the file, lived, counted."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from .reading import DAY, FOREVER, Length, read_moment, read_rate

MISSING = float("nan")
PLACES, APPLICANTS, INSTRUCTORS = "places", "applicants", "instructors"


@dataclass
class Cadet:
    applied: int
    group: str | None
    admitted: float = FOREVER
    dropped: float = FOREVER
    finished: float = FOREVER
    graduated: float = FOREVER


@dataclass
class Course:
    starts: int
    ends: int
    size: int


@dataclass
class School:
    """The academy's life within a `Life`."""

    life: object
    spec: dict
    luck: object
    folder: object = None
    cadets: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    courses: list = field(default_factory=list)
    causes: list = field(default_factory=list)  # (from when, why no further class starts)

    def __post_init__(self):
        self.plan = self.life.plan
        self.field = self.luck.lasting(self.spec.get("field_training", "0 days"), "academy.field_training", self.folder)
        self.drop_out = self.luck.number(self.spec.get("drop_out", 0), "academy.drop_out")
        self.next_size = None

    # ------------------------------------------------------------------------------------ the file
    def steps(self, spec):
        """[(from when, what)] of a setting that may differ by date."""
        if not isinstance(spec, dict):
            return [(-FOREVER, spec)]
        return [(read_moment(self.plan.start, str(key)).second, value) for key, value in spec.items()]

    def holds(self, spec, second):
        steps = self.steps(spec)
        found = [value for begins, value in steps if begins <= second]
        return found[-1] if found else steps[0][1]

    def places(self, second):
        found = [spec for begins, spec in self.steps(self.spec["places"]) if begins <= second]
        return round(self.luck.number(found[-1], "academy.places")) if found else 0

    def size(self):
        """Of the class that comes next; drawn once for each."""
        spec = str(self.holds(self.spec["class_size"], self.life.now))
        if self.next_size is None or self.next_size[0] != (len(self.courses), spec):
            drawn = self.luck.lasting(f"{spec} seconds", "academy.class_size", None).draw(self.life.rng)
            self.next_size = (len(self.courses), spec), drawn
        return self.next_size[1]

    # ------------------------------------------------------------------------------------ the life
    def begin(self, rank):
        self.rank = rank
        applicants = self.spec["applicants"]
        for _ in range(round(self.luck.number(applicants.get("backlog", 0), "academy.applicants.backlog"))):
            self.apply(look=False)
        if "arrivals" in applicants:
            rates = [
                (max(0, begins), read_rate(self.luck, "academy.applicants.arrivals", str(rate), None))
                for begins, rate in self.steps(applicants["arrivals"])
            ]
            ends = [begins for begins, _ in rates[1:]] + [self.plan.horizon]
            for (begins, rate), end in zip(rates, ends, strict=True):
                second = begins
                while rate:
                    second += self.life.rng.expovariate(rate)
                    if second >= end:
                        break
                    self.life.expect(round(second), rank - 0.1, self.apply)
        for key in ("places", "class_size"):
            for begins, _ in self.steps(self.spec[key]):
                if begins > 0 and not self.every():
                    self.life.expect(begins, rank, self.look)
        if not self.every():
            for midnight in range(DAY, self.plan.horizon, DAY):
                self.life.expect(midnight, rank, self.look, INSTRUCTORS)
        self.life.expect(0, rank, self.intake, 0)

    def every(self):
        found = re.fullmatch(r"every (.+)", str(self.spec.get("intakes", "as places allow")))
        return found and self.luck.length(found[1], "academy.intakes")

    def intake(self, number):
        self.look()
        if self.every():
            length = self.every()
            nth = Length(length.months * (number + 1), length.seconds * (number + 1))
            self.life.expect(nth.after(self.plan.start, 0), self.rank, self.intake, number + 1)

    def apply(self, look=True):
        groups = self.spec["applicants"].get("groups") or {}
        shares = [self.luck.number(share, "") for share in groups.values()]
        group = self.life.rng.choices(list(groups), shares)[0] if groups else None
        cadet = Cadet(self.life.now, group)
        self.cadets.append(cadet)
        self.waiting.append(cadet)
        if look and not self.every():
            self.life.expect(self.life.now, self.rank, self.look, APPLICANTS)

    def look(self, only=None):
        """Starts what can start, unless the last look found something other than `only` to be missing."""
        if self.life.over or (only is not None and self.causes and self.causes[-1][1] != only):
            return
        while (missing := self.missing()) is None:
            self.start()
        self.causes.append((self.life.now, missing))

    def missing(self):
        running = [course for course in self.courses if course.ends > self.life.now]
        size = self.size()
        if sum(course.size for course in running) + size > self.places(self.life.now):
            return PLACES
        if len(self.waiting) < size:
            return APPLICANTS
        tallies = self.life.figures.tallies(self.life.now)
        for role, number in (self.spec.get("instructors") or {}).items():
            present = sum(tally.present for (_, r), tally in tallies.items() if r == role)
            if present - number * len(running) < number:
                return INSTRUCTORS
        return None

    def start(self):
        now, rng = self.life.now, self.life.rng
        length = self.luck.length(str(self.holds(self.spec["course"], now)), "academy.course")
        course = Course(now, length.after(self.plan.start, now), self.size())
        self.courses.append(course)
        for cadet in self.waiting[: course.size]:
            cadet.admitted = now
            if rng.random() < self.drop_out:
                cadet.dropped = now + round(rng.random() * (course.ends - now))
            else:
                cadet.finished = course.ends
                cadet.graduated = course.ends + self.field.draw(rng)
        del self.waiting[: course.size]
        if not self.every():
            self.life.expect(course.ends, self.rank, self.look)

    # --------------------------------------------------------------------------------- the figures
    def counts(self, found, window, begin, end):
        def within(second):
            return begin <= second < end

        groups = list(self.spec["applicants"].get("groups") or {})
        for scope, name in (("academy", ""), *(("group", group) for group in groups)):
            mine = [c for c in self.cadets if scope == "academy" or c.group == name]

            def put(measure, value, scope=scope, name=name):
                found[measure, scope, name, window] = value

            put("graduates", sum(within(c.graduated) for c in mine))
            put("dropped_out", sum(within(c.dropped) for c in mine))
            put("applied", sum(within(c.applied) for c in mine))
            admitted = [c for c in mine if within(c.admitted)]
            put("admitted", len(admitted))
            put("waiting_applicants", sum(c.applied < end <= c.admitted for c in mine))
            put("in_course", sum(c.admitted < end <= min(c.dropped, c.finished) for c in mine))
            put("in_field_training", sum(c.finished < end <= c.graduated for c in mine))
            waits = [(c.admitted - c.applied) / DAY for c in admitted]
            put("wait_for_class", sum(waits) / len(waits) if waits else MISSING)
        self.school_counts(found, window, begin, end)

    def school_counts(self, found, window, begin, end):
        def put(measure, value):
            found[measure, "academy", "", window] = value

        def overlap(a, b):
            return max(0, min(b, end) - max(a, begin))

        put("classes_started", sum(begin <= course.starts < end for course in self.courses))
        held = sum(course.size * overlap(course.starts, course.ends) for course in self.courses)
        edges = sorted({begin, end, *(b for b, _ in self.steps(self.spec["places"]) if begin < b < end)})
        available = sum(self.places(a) * (b - a) for a, b in pairwise(edges))
        put("places_use", held / available if available else MISSING)
        expiry = FOREVER if self.life.expiry is None else self.life.expiry
        ends = [second for second, _ in self.causes[1:]] + [expiry]
        for cause in (PLACES, APPLICANTS, INSTRUCTORS):
            time = sum(overlap(a, b) for (a, why), b in zip(self.causes, ends, strict=True) if why == cause)
            put(f"starts_limited_by_{cause}", time / (end - begin) if end > begin else MISSING)
        put("starts_limited_by_no_mandate", overlap(expiry, FOREVER) / (end - begin) if end > begin else MISSING)

    def reached(self, found):
        target = self.spec.get("target")
        if target:
            graduated = sorted(c.graduated for c in self.cadets if c.graduated < self.plan.horizon)
            number = target["graduates"]
            days = graduated[number - 1] / DAY if len(graduated) >= number else FOREVER
            found["days_to_target", "academy", "", "horizon"] = days
