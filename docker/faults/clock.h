/*
 * What one process's clock shows, as a page that the process and the holder of its node map from the same file. A page of
 * zeros is a clock that is right.
 *
 * Writers make `sequence` odd while they write; readers try again until they saw the same even number before and after.
 */
#ifndef RIFTCHECK_CLOCK_H
#define RIFTCHECK_CLOCK_H

#include <stdint.h>

#define CLOCK_PAGE 4096

struct faked_clock {
  volatile uint32_t sequence;
  uint32_t unused;
  /* How far the time of day and the monotonic clock were ahead at `since`, nanoseconds. */
  volatile int64_t wall_ahead;
  volatile int64_t monotonic_ahead;
  /* By the machine's own monotonic clock, nanoseconds. */
  volatile int64_t since;
  /* Rate less one: since then both clocks gain this share of the time that passes. */
  volatile double drift;
  /* How often the process has read a clock: proves that this page reaches it. A cache line of its own. */
  char apart[64];
  volatile uint64_t reads;
};

struct faked_reading {
  int64_t wall_ahead;
  int64_t monotonic_ahead;
  double drift;
};

/* What the page says at the true monotonic time `now`. */
static inline struct faked_reading read_clock(const struct faked_clock *clock, int64_t now) {
  struct faked_reading reading;
  uint32_t before;
  do {
    while ((before = __atomic_load_n(&clock->sequence, __ATOMIC_ACQUIRE)) & 1) {
    }
    reading.drift = clock->drift;
    int64_t gained = reading.drift == 0 ? 0 : (int64_t)((double)(now - clock->since) * reading.drift);
    reading.wall_ahead = clock->wall_ahead + gained;
    reading.monotonic_ahead = clock->monotonic_ahead + gained;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
  } while (__atomic_load_n(&clock->sequence, __ATOMIC_RELAXED) != before);
  return reading;
}

#endif
