/*
 * What file systems can do and the usual tools cannot.
 *
 *   riftcheck-disk off DIR          stops the file system at once: nothing that is not on the device yet gets there any more
 *   riftcheck-disk alive DIR        ends with 0 if it still takes files
 *   riftcheck-disk fill FILE BYTES  makes FILE so large that BYTES are free; prints how many are
 *   riftcheck-disk flip FILE SEED COUNT    flips COUNT bits of the file, chosen by SEED; prints `offset:bit` for each
 *   riftcheck-disk cut FILE BYTES   takes BYTES away from its end; prints how many went
 *
 * Source of `off`: ext4's EXT4_IOC_SHUTDOWN with NOLOGFLUSH (linux/fs/ext4/ext4.h), the ioctl of XFS's FS_IOC_GOINGDOWN.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define SHUTDOWN _IOR('X', 125, uint32_t)
#define WITHOUT_FLUSHING_THE_LOG 2
/* Space comes in blocks, some of which the file's own bookkeeping takes. */
#define FILL_ATTEMPTS 64

static void fail(const char *what) {
  fprintf(stderr, "riftcheck-disk: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int open_or_fail(const char *path, int flags) {
  int file = open(path, flags | O_CLOEXEC, 0600);
  if (file < 0) fail(path);
  return file;
}

static void off(const char *folder) {
  uint32_t how = WITHOUT_FLUSHING_THE_LOG;
  if (ioctl(open_or_fail(folder, O_RDONLY | O_DIRECTORY), SHUTDOWN, &how) < 0) fail(folder);
}

static int64_t free_bytes(int file) {
  struct statfs facts;
  if (fstatfs(file, &facts) < 0) fail("statfs");
  return (int64_t)facts.f_bavail * facts.f_bsize;
}

static void fill(const char *path, int64_t leave) {
  int file = open_or_fail(path, O_RDWR | O_CREAT);
  struct stat facts;
  for (int attempt = 0; attempt < FILL_ATTEMPTS; attempt++) {
    int64_t excess = free_bytes(file) - leave;
    if (excess < 4096) break;
    if (fstat(file, &facts) < 0) fail(path);
    /* Half of what is left where all of it does not fit. */
    while (excess >= 4096 && fallocate(file, 0, facts.st_size, excess) < 0) {
      if (errno != ENOSPC) fail(path);
      excess /= 2;
    }
    if (excess < 4096) break;
  }
  printf("%" PRId64 "\n", free_bytes(file));
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

static void flip(const char *path, uint64_t seed, int count) {
  int file = open_or_fail(path, O_RDWR);
  struct stat facts;
  if (fstat(file, &facts) < 0) fail(path);
  for (int i = 0; i < count && facts.st_size > 0; i++) {
    off_t offset = (off_t)(draw(&seed) % (uint64_t)facts.st_size);
    int bit = (int)(draw(&seed) % 8);
    uint8_t byte;
    if (pread(file, &byte, 1, offset) != 1) fail(path);
    byte ^= (uint8_t)(1u << bit);
    if (pwrite(file, &byte, 1, offset) != 1) fail(path);
    printf("%" PRId64 ":%d\n", (int64_t)offset, bit);
  }
  if (fsync(file) < 0) fail(path);
}

static void cut(const char *path, int64_t bytes) {
  int file = open_or_fail(path, O_RDWR);
  struct stat facts;
  if (fstat(file, &facts) < 0) fail(path);
  int64_t gone = bytes < facts.st_size ? bytes : facts.st_size;
  if (ftruncate(file, facts.st_size - gone) < 0 || fsync(file) < 0) fail(path);
  printf("%" PRId64 "\n", gone);
}

int main(int argc, char **argv) {
  const char *verb = argc > 2 ? argv[1] : "";
  if (!strcmp(verb, "off")) off(argv[2]);
  else if (!strcmp(verb, "alive")) open_or_fail(argv[2], O_TMPFILE | O_WRONLY);
  else if (!strcmp(verb, "fill") && argc == 4) fill(argv[2], atoll(argv[3]));
  else if (!strcmp(verb, "flip") && argc == 5) flip(argv[2], strtoull(argv[3], NULL, 10), atoi(argv[4]));
  else if (!strcmp(verb, "cut") && argc == 4) cut(argv[2], atoll(argv[3]));
  else {
    fprintf(stderr, "riftcheck-disk: off|alive|fill|flip|cut …\n");
    return 64;
  }
  return 0;
}
