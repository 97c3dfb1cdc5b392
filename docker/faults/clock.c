/*
 * Sets the clocks of a node's processes, from the node's holder.
 *
 *   riftcheck-clock show FILE…               a line for each: how far its time of day is ahead (ns), its rate, reads so far
 *   riftcheck-clock jump NS FILE…            time of day forward, or back
 *   riftcheck-clock rate RATE FILE…          both clocks, from now on
 *   riftcheck-clock reset FILE…              time of day right, rate 1; the monotonic clock goes on from where it is
 *   riftcheck-clock strobe NS PERIOD PID FILE…  in the background until `calm PID FILE…`: ahead by NS, and back, every PERIOD ns
 *   riftcheck-clock calm PID FILE…           ends that, takes back what it did, prints how often it flipped. PID is a file
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define CLOCKS_MAX 64
/* A flip takes microseconds; the strobe looks at its end at least this often. */
#define END_WITHIN_MS 5000

static struct faked_clock *clocks[CLOCKS_MAX];
static int count;

static void fail(const char *what) {
  fprintf(stderr, "riftcheck-clock: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void *map(const char *path, size_t size) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) fail(path);
  if (fchmod(file, 0666) < 0 || ftruncate(file, (off_t)size) < 0) fail(path);
  void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) fail(path);
  close(file);
  return mapped;
}

struct setting {
  int64_t jump;
  int sets_rate;
  double drift;
  int resets;
};

static void set(struct faked_clock *clock, struct setting setting) {
  int64_t at = now();
  struct faked_reading shown = read_clock(clock, at);
  __atomic_fetch_add(&clock->sequence, 1, __ATOMIC_ACQ_REL);
  clock->wall_ahead = setting.resets ? 0 : shown.wall_ahead + setting.jump;
  clock->monotonic_ahead = shown.monotonic_ahead;
  clock->since = at;
  clock->drift = setting.resets ? 0 : setting.sets_rate ? setting.drift : shown.drift;
  __atomic_fetch_add(&clock->sequence, 1, __ATOMIC_RELEASE);
}

static void set_all(struct setting setting) {
  for (int i = 0; i < count; i++) set(clocks[i], setting);
}

/* Shared by the strobe and the one that ends it: signals alone would not tell that it has ended. */
struct strobe {
  volatile int32_t pid;
  volatile uint32_t stop;
  volatile uint32_t ended;
  volatile uint64_t flips;
};

static void strobe(struct strobe *state, int64_t by, int64_t period) {
  memset(state, 0, sizeof *state);
  set_all((struct setting){.jump = by});
  state->flips = 1;
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child > 0) {
    state->pid = child;
    return;
  }
  setsid();
  for (int stream = 0; stream < 3; stream++) close(stream);
  int ahead = 1;
  while (!state->stop) {
    struct timespec length = {period / 1000000000, period % 1000000000};
    nanosleep(&length, NULL);
    if (state->stop) break;
    set_all((struct setting){.jump = ahead ? -by : by});
    ahead = !ahead;
    state->flips++;
  }
  if (ahead) set_all((struct setting){.jump = -by});
  state->ended = 1;
  _exit(0);
}

static void calm(struct strobe *state) {
  state->stop = 1;
  for (int waited = 0; state->pid > 0 && !state->ended && waited < END_WITHIN_MS; waited++) {
    struct timespec length = {0, 1000000};
    nanosleep(&length, NULL);
  }
  if (state->pid > 0 && !state->ended) {
    fprintf(stderr, "riftcheck-clock: the strobe does not end\n");
    exit(1);
  }
  printf("%" PRIu64 "\n", state->flips);
}

static void map_all(char **files) {
  for (; *files; files++) {
    if (count == CLOCKS_MAX) {
      fprintf(stderr, "riftcheck-clock: more than %d clocks\n", CLOCKS_MAX);
      exit(1);
    }
    clocks[count++] = map(*files, CLOCK_PAGE);
  }
}

int main(int argc, char **argv) {
  const char *verb = argc > 1 ? argv[1] : "";
  if (!strcmp(verb, "show")) {
    map_all(argv + 2);
    for (int i = 0; i < count; i++) {
      struct faked_reading shown = read_clock(clocks[i], now());
      printf("%" PRId64 " %.9f %" PRIu64 "\n", shown.wall_ahead, 1 + shown.drift, clocks[i]->reads);
    }
  } else if (!strcmp(verb, "jump") && argc > 2) {
    map_all(argv + 3);
    set_all((struct setting){.jump = atoll(argv[2])});
  } else if (!strcmp(verb, "rate") && argc > 2) {
    map_all(argv + 3);
    set_all((struct setting){.sets_rate = 1, .drift = atof(argv[2]) - 1});
  } else if (!strcmp(verb, "reset")) {
    map_all(argv + 2);
    set_all((struct setting){.resets = 1});
  } else if (!strcmp(verb, "strobe") && argc > 4) {
    map_all(argv + 5);
    strobe(map(argv[4], sizeof(struct strobe)), atoll(argv[2]), atoll(argv[3]));
  } else if (!strcmp(verb, "calm") && argc > 2) {
    map_all(argv + 3);
    calm(map(argv[2], sizeof(struct strobe)));
  } else {
    fprintf(stderr, "riftcheck-clock: show|jump|rate|reset|strobe|calm …\n");
    return 64;
  }
  return 0;
}
