/*
 * Writes down, in order and with its time, what a process asks of the disk for the
 * files of one folder: where bytes went, and what was brought to the disk by fsync.
 *
 * Loaded with LD_PRELOAD. WATCHED_FOLDER names the folder, WATCHED_LOG the file to
 * write to; processes that are forked write to the same one. The shared memory of
 * SQLite's write-ahead log (-shm) is left out: it does not survive a cut.
 *
 * Each record is a header in 64-bit words, then bytes:
 *   kind, time (ns, monotonic), device and inode, offset or length, length of name, of data
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, CUT, SYNC, FOLDER, LINK, UNLINK, RENAME };

static char folder[PATH_MAX];
static size_t folder_length;
static int log_fd = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *where = getenv("WATCHED_FOLDER"), *to = getenv("WATCHED_LOG");
  if (!where || !to || !realpath(where, folder)) return;
  folder_length = strlen(folder);
  int (*opening)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  log_fd = opening(to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int ends(const char *name, const char *with) {
  size_t a = strlen(name), b = strlen(with);
  return a >= b && !strcmp(name + a - b, with);
}

/* The name within the folder; NULL for what is elsewhere. */
static const char *within(const char *path) {
  static __thread char full[PATH_MAX + NAME_MAX + 2];
  if (log_fd < 0 || !path) return NULL;
  char parent[PATH_MAX], real_parent[PATH_MAX];
  const char *slash = strrchr(path, '/');
  if (!slash) {
    if (!getcwd(real_parent, sizeof real_parent)) return NULL;
    slash = path - 1;
  } else {
    size_t n = (size_t)(slash - path);
    if (n >= sizeof parent) return NULL;
    memcpy(parent, path, n);
    parent[n] = 0;
    if (!realpath(n ? parent : "/", real_parent)) return NULL;
  }
  if (strcmp(real_parent, folder)) return NULL;
  snprintf(full, sizeof full, "%s", slash + 1);
  return ends(full, "-shm") ? NULL : full;
}

/* Whether a descriptor is of a file, or the folder itself, that is watched. */
static int watched(int fd, struct stat *what) {
  char link[64], path[PATH_MAX];
  if (log_fd < 0 || fd == log_fd) return 0;
  if (fstat(fd, what) || !(S_ISREG(what->st_mode) || S_ISDIR(what->st_mode))) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  if (strncmp(path, folder, folder_length)) return 0;
  if (!path[folder_length]) return 1;
  return path[folder_length] == '/' && !ends(path, "-shm");
}

static void note(uint64_t kind, const struct stat *what, uint64_t at,
                 const char *name, const void *data, uint64_t length) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t head[7] = {kind,
                      (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec,
                      what ? what->st_dev : 0,
                      what ? what->st_ino : 0,
                      at,
                      name ? strlen(name) : 0,
                      data ? length : 0};
  struct iovec parts[3] = {{head, sizeof head},
                           {(void *)name, head[5]},
                           {(void *)data, head[6]}};
  /* One call with O_APPEND, so that records of several processes do not mix. */
  if (writev(log_fd, parts, 3) < 0) _exit(99);
}

static int opened(int fd, const char *path) {
  struct stat what;
  const char *name = fd >= 0 ? within(path) : NULL;
  if (name && !fstat(fd, &what) && S_ISREG(what.st_mode)) {
    pthread_mutex_lock(&turn);
    note(OPEN, &what, 0, name, NULL, 0);
    pthread_mutex_unlock(&turn);
  }
  return fd;
}

#define OPENING(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { \
      va_list more; \
      va_start(more, flags); \
      mode = va_arg(more, mode_t); \
      va_end(more); \
    } \
    int fd = real(path, flags, mode); \
    return flags & O_CREAT ? opened(fd, path) : fd; \
  }
OPENING(open)
OPENING(open64)

/* What is done and what is noted are one step, or the order in the log would lie. */
#define NOTED(call, fd, kind, at, data) \
  do { \
    struct stat what; \
    if (!watched(fd, &what)) return call; \
    pthread_mutex_lock(&turn); \
    __typeof__(call) done = call; \
    if (done >= 0) note(kind, &what, (uint64_t)(at), NULL, data, (uint64_t)done); \
    pthread_mutex_unlock(&turn); \
    return done; \
  } while (0)

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
  REAL(pwrite64);
  NOTED(real(fd, data, n, at), fd, WRITE, at, data);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
  REAL(pwrite);
  NOTED(real(fd, data, n, at), fd, WRITE, at, data);
}

ssize_t write(int fd, const void *data, size_t n) {
  REAL(write);
  NOTED(real(fd, data, n), fd, WRITE, lseek(fd, 0, SEEK_CUR) - done, data);
}

int ftruncate64(int fd, off64_t n) {
  REAL(ftruncate64);
  NOTED(real(fd, n), fd, CUT, n, NULL);
}

int ftruncate(int fd, off_t n) {
  REAL(ftruncate);
  NOTED(real(fd, n), fd, CUT, n, NULL);
}

int fsync(int fd) {
  REAL(fsync);
  NOTED(real(fd), fd, S_ISDIR(what.st_mode) ? FOLDER : SYNC, 0, NULL);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  NOTED(real(fd), fd, S_ISDIR(what.st_mode) ? FOLDER : SYNC, 0, NULL);
}

static void named(int kind, const char *from, const char *to) {
  const char *name = within(from);
  if (!name) return;
  char first[NAME_MAX + 1];
  snprintf(first, sizeof first, "%s", name);
  const char *second = to ? within(to) : NULL;
  note((uint64_t)kind, NULL, 0, first, second, second ? strlen(second) : 0);
}

#define NAMED(call, kind, from, to) \
  do { \
    pthread_mutex_lock(&turn); \
    int done = call; \
    if (!done) named(kind, from, to); \
    pthread_mutex_unlock(&turn); \
    return done; \
  } while (0)

int unlink(const char *path) {
  REAL(unlink);
  NAMED(real(path), UNLINK, path, NULL);
}

int link(const char *from, const char *to) {
  REAL(link);
  NAMED(real(from, to), LINK, from, to);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  NAMED(real(from, to), RENAME, from, to);
}
