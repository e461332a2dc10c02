/* The mission as a compiled program: one event heap for everything. The figures stand in mission.h, which the runner
   writes from mission.yaml.

   mission REPLICATIONS SEED   prints a line a replication: officer_days present_days attended lost wait */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "mission.h"

#define POSTS (TEAMS * ADVISERS)
enum { READY, ASKED, TOUR_ENDS, EARLY, AWAY, BACK, ILL, WELL, HIRED, INCIDENT, END, PATIENCE, REVIEW };

/* ---- chance: xoshiro256++ */

static uint64_t s[4];

static uint64_t rotated(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static double uniform(void) {
    uint64_t result = rotated(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotated(s[3], 45);
    return (result >> 11) * 0x1.0p-53;
}

static void seed(uint64_t x) {
    for (int i = 0; i < 4; i++) { /* splitmix64 */
        uint64_t z = (x += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        s[i] = z ^ (z >> 31);
    }
}

static double between(double a, double b) { return a + (b - a) * uniform(); }
static double exponential(double mean) { return -mean * log1p(-uniform()); }

/* ---- the heap: by time, then by order of scheduling */

typedef struct { double time; uint32_t number; uint8_t kind; int32_t whose; int32_t stint; } Event;

static Event *heap;
static int size, room;
static uint32_t scheduled;
static double now;

static int before(const Event *a, const Event *b) {
    return a->time < b->time || (a->time == b->time && a->number < b->number);
}

static void at(double time, int kind, int whose, int stint) {
    if (time >= HORIZON) return;
    if (size == room) heap = realloc(heap, (room = room ? 2 * room : 1024) * sizeof *heap);
    Event event = {time, scheduled++, kind, whose, stint};
    int i = size++;
    for (; i && before(&event, &heap[(i - 1) / 2]); i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
    heap[i] = event;
}

static Event next(void) {
    Event first = heap[0], last = heap[--size];
    int i = 0;
    for (int child; (child = 2 * i + 1) < size; i = child) {
        if (child + 1 < size && before(&heap[child + 1], &heap[child])) child++;
        if (!before(&heap[child], &last)) break;
        heap[i] = heap[child];
    }
    heap[i] = last;
    return first;
}

/* ---- work: a queue for the advisers and one for the mediators of each team */

typedef struct { double arrived; int staff; int next; uint8_t waiting; } Activity;
typedef struct { int present, busy, needed, first, last; } Staff;

static Activity *activities;
static int activity_count, activity_room;
static Staff staff[2 * TEAMS]; /* advisers of team t at 2t, mediators at 2t + 1 */
static double waited;
static long attended, lost;

static void look_at(Staff *them) {
    while (them->first >= 0) {
        Activity *a = &activities[them->first];
        if (a->waiting) {
            if (them->present - them->busy < them->needed) return;
            a->waiting = 0;
            them->busy += them->needed;
            attended++;
            waited += now - a->arrived;
            at(now + exponential(them->needed > 1 ? INCIDENT_LASTS : MEDIATION_LASTS), END, them->first, 0);
        }
        them->first = a->next; /* those whose patience has ended are passed by */
    }
}

static void arrive(int whose) {
    if (activity_count == activity_room)
        activities = realloc(activities, (activity_room = activity_room ? 2 * activity_room : 1024) * sizeof *activities);
    Staff *them = &staff[whose];
    int i = activity_count++;
    activities[i] = (Activity){now, whose, -1, 1};
    if (them->first < 0) them->first = i; else activities[them->last].next = i;
    them->last = i;
    look_at(them);
    if (activities[i].waiting && them->needed > 1) at(now + PATIENCE_LASTS, PATIENCE, i, 0);
}

/* ---- posts */

typedef struct {
    int stint;      /* of the officer on it; events of earlier ones are void */
    int held, on_leave, sick;
    double arrived, since, tour_ends;
    int sought;     /* whether a successor is being sought */
    double ready;   /* when he can be there */
} Post;

static Post posts[POSTS];
static double officer_days, present_days;

static int is_present(const Post *p) { return p->held && !p->on_leave && !p->sick; }

static void count(int i, int was) {
    Post *p = &posts[i];
    int is = is_present(p);
    if (is == was) return;
    Staff *them = &staff[2 * (i / ADVISERS)];
    if (is) { p->since = now; them->present++; look_at(them); }
    else { present_days += now - p->since; them->present--; }
}

static double recruitment(void) { return exponential(SELECTION) + between(CLEARANCE_FROM, CLEARANCE_TO); }

static void ask(int i) { at(fmax(posts[i].tour_ends - SOUGHT, now), ASKED, i, posts[i].stint); }

static void arrives(int i) {
    Post *p = &posts[i];
    p->stint++;
    p->held = 1;
    p->on_leave = p->sick = p->sought = 0;
    p->arrived = now;
    p->tour_ends = now + TOUR;
    ask(i);
    at(now + exponential(EARLY_MEAN), EARLY, i, p->stint);
    at(now + (0.5 + uniform()) * LEAVE_EVERY, AWAY, i, p->stint);
    at(now + exponential(SICK_GAP), ILL, i, p->stint);
    count(i, 0);
}

static void leaves(int i) {
    Post *p = &posts[i];
    int was = is_present(p);
    officer_days += now - p->arrived;
    p->held = 0;
    count(i, was);
    /* whoever is sought to relieve him comes no earlier than planned */
    at(p->sought ? fmax(p->ready, p->tour_ends) : now + recruitment(), READY, i, ++p->stint);
}

static void happens(Event e) {
    Post *p = &posts[e.whose]; /* of a post's events */
    int was;
    if (e.kind <= WELL) {
        if (e.stint != p->stint) return;
        was = is_present(p);
    }
    switch (e.kind) {
    case READY: arrives(e.whose); break;
    case ASKED:
        if (uniform() < STAYS_ON) { p->tour_ends += TOUR; ask(e.whose); }
        else { p->sought = 1; p->ready = now + recruitment(); at(p->tour_ends, TOUR_ENDS, e.whose, p->stint); }
        break;
    case TOUR_ENDS: case EARLY: leaves(e.whose); break;
    case AWAY: p->on_leave = 1; count(e.whose, was); at(now + LEAVE, BACK, e.whose, p->stint); break;
    case BACK: p->on_leave = 0; count(e.whose, was); at(now + LEAVE_EVERY, AWAY, e.whose, p->stint); break;
    case ILL:
        p->sick = 1; count(e.whose, was); at(now + between(SICK_FROM, SICK_TO), WELL, e.whose, p->stint); break;
    case WELL: p->sick = 0; count(e.whose, was); at(now + exponential(SICK_GAP), ILL, e.whose, p->stint); break;
    case HIRED: staff[e.whose].present++; look_at(&staff[e.whose]); break;
    case INCIDENT: at(now + exponential(1 / RATE), INCIDENT, e.whose, 0); arrive(e.whose); break;
    case END: {
        Staff *them = &staff[activities[e.whose].staff];
        them->busy -= them->needed;
        look_at(them);
        if (them->needed > 1 && uniform() < FOLLOW_UP) arrive(activities[e.whose].staff + 1);
        break;
    }
    case PATIENCE: if (activities[e.whose].waiting) { activities[e.whose].waiting = 0; lost++; } break;
    case REVIEW: {
        volatile int strength = 0;
        for (int i = 0; i < POSTS; i++) strength += is_present(&posts[i]);
        at(now + REVIEW_EVERY, REVIEW, 0, 0);
    }
    }
}

static void replication(void) {
    size = activity_count = 0;
    scheduled = 0;
    now = waited = officer_days = present_days = 0;
    attended = lost = 0;
    memset(posts, 0, sizeof posts);
    for (int t = 0; t < TEAMS; t++) {
        staff[2 * t] = (Staff){0, 0, OFFICERS_NEEDED, -1, -1};
        staff[2 * t + 1] = (Staff){0, 0, 1, -1, -1};
        at(exponential(1 / RATE), INCIDENT, 2 * t, 0);
        for (int i = 0; i < MEDIATORS; i++) at(between(HIRING_FROM, HIRING_TO), HIRED, 2 * t + 1, 0);
    }
    for (int i = 0; i < POSTS; i++) at(recruitment(), READY, i, 0);
    at(REVIEW_EVERY, REVIEW, 0, 0);
    while (size) {
        Event event = next();
        now = event.time;
        happens(event);
    }
    now = HORIZON;
    for (int i = 0; i < POSTS; i++) {
        if (posts[i].held) officer_days += now - posts[i].arrived;
        if (is_present(&posts[i])) present_days += now - posts[i].since;
    }
    printf("%.17g %.17g %ld %ld %.17g\n", officer_days, present_days, attended, lost, waited / attended);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    seed(strtoull(argv[2], NULL, 10));
    for (long r = atol(argv[1]); r > 0; r--) replication();
    return 0;
}
