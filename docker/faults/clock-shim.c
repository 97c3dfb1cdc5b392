/*
 * Preloaded into a store's processes (LD_PRELOAD): they see the clock that the page RIFTCHECK_CLOCK says, not the machine's.
 *
 *   process ──► clock_gettime, poll, nanosleep, … ──► this file ──► kernel, or the C library's own function
 *                                                       │ page shared with the node's holder (clock.h)
 *
 * Linked against nothing, so that it loads beside any C library; clock reads are system calls, without memory or locks, so that
 * allocators may ask for the time. What waits is scaled: a clock that runs twice as fast ends its timeouts in half the time.
 * A wait that began before a change of the clock keeps its length.
 *
 * It does not reach programs that ask the kernel without the C library: Go's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define SECOND 1000000000LL
/* Monotonic clocks count from the start of the machine, times of day from 1970: no machine runs for thirty years. */
#define LATEST_MONOTONIC 1000000000LL

#pragma weak dlsym
extern char **environ __attribute__((weak));

static struct faked_clock *page;
static int refused;

static long call(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#else
#error "only for x86_64 and aarch64"
#endif
}

static int64_t nanoseconds(const struct timespec *time) { return (int64_t)time->tv_sec * SECOND + time->tv_nsec; }

static struct timespec timespec_of(int64_t nanoseconds) {
  struct timespec time = {nanoseconds / SECOND, nanoseconds % SECOND};
  if (time.tv_nsec < 0) {
    time.tv_sec--;
    time.tv_nsec += SECOND;
  }
  return time;
}

static int64_t machine_time(clockid_t id) {
  struct timespec time;
  call(SYS_clock_gettime, id, (long)&time, 0, 0, 0, 0);
  return nanoseconds(&time);
}

/* The value of RIFTCHECK_CLOCK, once the environment is there. */
static const char *page_path(void) {
  static const char name[] = "RIFTCHECK_CLOCK=";
  for (char **entry = environ; *entry; entry++) {
    size_t i = 0;
    while (name[i] && (*entry)[i] == name[i]) i++;
    if (!name[i]) return *entry + i;
  }
  return NULL;
}

static struct faked_clock *faked(void) {
  if (page || refused || &environ == NULL || environ == NULL) return page;
  const char *path = page_path();
  if (!path) {
    refused = 1;
    return NULL;
  }
  long file = call(SYS_openat, AT_FDCWD, (long)path, O_RDWR | O_CREAT | O_CLOEXEC, 0666, 0, 0);
  if (file < 0) {
    refused = 1;
    return NULL;
  }
  call(SYS_fchmod, file, 0666, 0, 0, 0, 0);
  call(SYS_ftruncate, file, CLOCK_PAGE, 0, 0, 0, 0);
  long mapped = call(SYS_mmap, 0, CLOCK_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  call(SYS_close, file, 0, 0, 0, 0, 0);
  if (mapped < 0 && mapped > -4096) refused = 1;
  else page = (struct faked_clock *)mapped;
  return page;
}

static struct faked_reading reading(void) {
  struct faked_clock *clock = faked();
  if (!clock) return (struct faked_reading){0, 0, 0};
  return read_clock(clock, clock->drift == 0 ? 0 : machine_time(CLOCK_MONOTONIC));
}

static int is_wall(clockid_t id) { return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI; }

static int is_monotonic(clockid_t id) {
  return id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_RAW || id == CLOCK_MONOTONIC_COARSE || id == CLOCK_BOOTTIME;
}

static int64_t ahead_of(clockid_t id, struct faked_reading at) {
  return is_wall(id) ? at.wall_ahead : is_monotonic(id) ? at.monotonic_ahead : 0;
}

static int64_t faked_time(clockid_t id) {
  struct faked_clock *clock = faked();
  if (clock) __atomic_fetch_add(&clock->reads, 1, __ATOMIC_RELAXED);
  return machine_time(id) + ahead_of(id, reading());
}

/* ---- reading ---- */

int clock_gettime(clockid_t id, struct timespec *time) {
  long result = call(SYS_clock_gettime, id, (long)time, 0, 0, 0, 0);
  if (result < 0) {
    errno = (int)-result;
    return -1;
  }
  if (is_wall(id) || is_monotonic(id)) *time = timespec_of(faked_time(id));
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  if (zone) call(SYS_gettimeofday, 0, (long)zone, 0, 0, 0, 0);
  struct timespec exact = timespec_of(faked_time(CLOCK_REALTIME));
  time->tv_sec = exact.tv_sec;
  time->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *seconds) {
  time_t now = timespec_of(faked_time(CLOCK_REALTIME)).tv_sec;
  if (seconds) *seconds = now;
  return now;
}

int timespec_get(struct timespec *time, int base) {
  if (base != TIME_UTC) return 0;
  *time = timespec_of(faked_time(CLOCK_REALTIME));
  return base;
}

/* ---- waiting for a length of time ---- */

/* The C library's own function; absent in a program that was linked without a loader's interface. */
#define OWN(name)                                                  \
  ({                                                               \
    static __typeof__(&name) own;                                  \
    if (!own && &dlsym != NULL) own = (__typeof__(own))dlsym(RTLD_NEXT, #name); \
    if (!own) __builtin_trap();                                    \
    own;                                                           \
  })

/* How long the machine waits while the process's clock moves on by `ns`. */
static int64_t machine_length(int64_t ns) {
  double drift = reading().drift;
  if (drift == 0 || ns <= 0) return ns;
  double length = (double)ns / (1 + drift);
  return length < 1 ? 1 : length > 9e18 ? INT64_MAX : (int64_t)length;
}

static struct timespec machine_timespec(const struct timespec *time) {
  return timespec_of(machine_length(nanoseconds(time)));
}

static int machine_milliseconds(int milliseconds) {
  if (milliseconds <= 0) return milliseconds;
  int64_t scaled = machine_length((int64_t)milliseconds * 1000000) / 1000000;
  return scaled < 1 ? 1 : scaled > 0x7fffffff ? 0x7fffffff : (int)scaled;
}

static struct timeval machine_timeval(const struct timeval *time) {
  struct timespec scaled = timespec_of(machine_length((int64_t)time->tv_sec * SECOND + (int64_t)time->tv_usec * 1000));
  return (struct timeval){scaled.tv_sec, scaled.tv_nsec / 1000};
}

int nanosleep(const struct timespec *length, struct timespec *left) {
  struct timespec scaled = machine_timespec(length);
  return OWN(nanosleep)(&scaled, left);
}

int usleep(useconds_t microseconds) {
  struct timespec scaled = timespec_of(machine_length((int64_t)microseconds * 1000));
  return OWN(nanosleep)(&scaled, NULL);
}

unsigned int sleep(unsigned int seconds) {
  struct timespec scaled = timespec_of(machine_length((int64_t)seconds * SECOND));
  struct timespec left = {0, 0};
  return OWN(nanosleep)(&scaled, &left) == 0 ? 0 : (unsigned int)left.tv_sec;
}

int poll(struct pollfd *files, nfds_t count, int milliseconds) {
  return OWN(poll)(files, count, machine_milliseconds(milliseconds));
}

int ppoll(struct pollfd *files, nfds_t count, const struct timespec *length, const sigset_t *mask) {
  if (!length) return OWN(ppoll)(files, count, length, mask);
  struct timespec scaled = machine_timespec(length);
  return OWN(ppoll)(files, count, &scaled, mask);
}

int select(int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict errors,
           struct timeval *restrict length) {
  if (!length) return OWN(select)(count, reads, writes, errors, length);
  struct timeval scaled = machine_timeval(length);
  return OWN(select)(count, reads, writes, errors, &scaled);
}

int pselect(int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict errors,
            const struct timespec *restrict length, const sigset_t *restrict mask) {
  if (!length) return OWN(pselect)(count, reads, writes, errors, length, mask);
  struct timespec scaled = machine_timespec(length);
  return OWN(pselect)(count, reads, writes, errors, &scaled, mask);
}

int epoll_wait(int file, struct epoll_event *events, int count, int milliseconds) {
  return OWN(epoll_wait)(file, events, count, machine_milliseconds(milliseconds));
}

int epoll_pwait(int file, struct epoll_event *events, int count, int milliseconds, const sigset_t *mask) {
  return OWN(epoll_pwait)(file, events, count, machine_milliseconds(milliseconds), mask);
}

int setitimer(__itimer_which_t which, const struct itimerval *restrict timer, struct itimerval *restrict old) {
  if (which != ITIMER_REAL || !timer) return OWN(setitimer)(which, timer, old);
  struct itimerval scaled = {machine_timeval(&timer->it_interval), machine_timeval(&timer->it_value)};
  return OWN(setitimer)(which, &scaled, old);
}

/* ---- waiting for a moment ---- */

/* The machine's time of the moment that the process's clock `id` will show. */
static struct timespec machine_moment(clockid_t id, const struct timespec *moment) {
  struct faked_reading at = reading();
  int64_t machine = machine_time(id);
  int64_t wait = nanoseconds(moment) - (machine + ahead_of(id, at));
  return timespec_of(machine + machine_length(wait));
}

/* A condition may count by either clock and does not say which; their times are decades apart. */
static clockid_t clock_of(const struct timespec *moment) {
  return moment->tv_sec < LATEST_MONOTONIC ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

int clock_nanosleep(clockid_t id, int flags, const struct timespec *time, struct timespec *left) {
  if (!is_wall(id) && !is_monotonic(id)) return OWN(clock_nanosleep)(id, flags, time, left);
  struct timespec scaled = flags & TIMER_ABSTIME ? machine_moment(id, time) : machine_timespec(time);
  return OWN(clock_nanosleep)(id, flags, &scaled, left);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict moment) {
  struct timespec scaled = machine_moment(clock_of(moment), moment);
  return OWN(pthread_cond_timedwait)(condition, mutex, &scaled);
}

int pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t id,
                           const struct timespec *restrict moment) {
  struct timespec scaled = machine_moment(id, moment);
  return OWN(pthread_cond_clockwait)(condition, mutex, id, &scaled);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict moment) {
  struct timespec scaled = machine_moment(CLOCK_REALTIME, moment);
  return OWN(pthread_mutex_timedlock)(mutex, &scaled);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict moment) {
  struct timespec scaled = machine_moment(CLOCK_REALTIME, moment);
  return OWN(sem_timedwait)(semaphore, &scaled);
}

int timerfd_settime(int file, int flags, const struct itimerspec *timer, struct itimerspec *old) {
  struct itimerspec scaled = {machine_timespec(&timer->it_interval), timer->it_value};
  int off = timer->it_value.tv_sec == 0 && timer->it_value.tv_nsec == 0;
  if (!off)
    scaled.it_value = flags & TFD_TIMER_ABSTIME ? machine_moment(clock_of(&timer->it_value), &timer->it_value)
                                                : machine_timespec(&timer->it_value);
  return OWN(timerfd_settime)(file, flags, &scaled, old);
}

int timer_settime(timer_t id, int flags, const struct itimerspec *restrict timer, struct itimerspec *restrict old) {
  struct itimerspec scaled = {machine_timespec(&timer->it_interval), timer->it_value};
  int off = timer->it_value.tv_sec == 0 && timer->it_value.tv_nsec == 0;
  if (!off)
    scaled.it_value = flags & TIMER_ABSTIME ? machine_moment(clock_of(&timer->it_value), &timer->it_value)
                                            : machine_timespec(&timer->it_value);
  return OWN(timer_settime)(id, flags, &scaled, old);
}
