/*
 * Sets the clock on the wall for one process, and for those that are forked from it.
 *
 * Loaded with LD_PRELOAD. CLOCK_HANDS names a file with the seconds by which the clock
 * is ahead, as text; it is read each time. The clock that only counts on stays as it is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
  static int fd = -1;
  char text[32] = "";
  if (fd < 0) {
    const char *hands = getenv("CLOCK_HANDS");
    fd = hands ? open(hands, O_RDONLY | O_CLOEXEC) : -1;
  }
  return fd >= 0 && pread(fd, text, sizeof text - 1, 0) > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t which, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int done = real(which, now);
  if (!done && which == CLOCK_REALTIME) now->tv_sec += ahead();
  return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) real = (int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday");
  int done = real(now, zone);
  if (!done) now->tv_sec += ahead();
  return done;
}

time_t time(time_t *into) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (into) *into = now.tv_sec;
  return now.tv_sec;
}
