/* A disk that fails on command, between the server and the real one. Loaded with LD_PRELOAD, so the
 * server itself is the one that is shipped. It watches the files below one folder and can
 *   - let the n-th write or sync fail once, with EIO or ENOSPC;
 *   - cut the power at the n-th: what was not synced is lost, or survives in part, in any order;
 *   - be full: files may grow by so many bytes and no more; what is removed gives room;
 *   - lie about syncing, so that the tests above can be seen to catch a server that does not sync.
 * The test steers it through a small file that both map. C and not Rust, because the workspace
 * forbids unsafe code, and this is nothing else; a C compiler is there because SQLite needs one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As `tests/src/disk.rs` writes it. */
struct control {
    volatile uint64_t count; /* writes and syncs so far */
    volatile uint64_t at;    /* the one that is struck; 0 for none */
    volatile uint64_t fault; /* an errno, or CUT */
    volatile uint64_t seed;  /* chance, for what survives a cut */
    volatile int64_t room;   /* bytes by which files may still grow; below 0: any */
    volatile uint64_t lies;  /* says "synced" and did nothing */
};
enum { CUT = 1000, FDS = 65536, FILES = 256, SECTOR = 512 };

/* One write since the last sync: what stood there, and what came. */
struct change {
    struct change *before;
    off_t at, old_size;
    size_t old_length, length;
    unsigned char *old, *new; /* no `new`: a truncation to `at` */
};
struct file {
    dev_t device;
    ino_t inode;
    char *path;
    int is_new; /* its name is not synced yet */
    struct change *last;
};

static struct control *control;
static const char *folder;
static struct file files[FILES];
static int file_count;
static short of_fd[FDS]; /* place in `files` + 1; -1 for a folder */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("AANBEL_DISK");
    folder = getenv("AANBEL_DISK_FOLDER");
    if (!path || !folder) return;
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) abort();
    control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (control == MAP_FAILED) abort();
    syscall(SYS_close, fd);
}

static int below_folder(const char *path) {
    size_t length = folder ? strlen(folder) : 0;
    return control && length && !strncmp(path, folder, length)
        && (path[length] == '/' || !path[length]);
}

/* Only the database and its write-ahead log; the index in shared memory is made anew anyway. */
static int is_watched(const char *path) {
    const char *name = strrchr(path, '/');
    return name && (!strcmp(name, "/aanbel.db") || !strcmp(name, "/aanbel.db-wal")
        || !strcmp(name, "/aanbel.db-journal") || !strcmp(name, "/ballast"));
}

static struct file *file_of(int fd) {
    return fd >= 0 && fd < FDS && of_fd[fd] > 0 ? &files[of_fd[fd] - 1] : NULL;
}

static void forget(struct file *file) {
    while (file->last) {
        struct change *gone = file->last;
        file->last = gone->before;
        free(gone->old);
        free(gone->new);
        free(gone);
    }
}

static void watch(int fd, const char *path, int is_new) {
    struct stat about;
    if (fd < 0 || fd >= FDS || fstat(fd, &about)) return;
    of_fd[fd] = S_ISDIR(about.st_mode) ? -1 : 0;
    if (!S_ISREG(about.st_mode) || !is_watched(path)) return;
    int place = 0;
    while (place < file_count && !(files[place].inode == about.st_ino
                                   && files[place].device == about.st_dev)) place++;
    if (place == FILES) abort();
    if (place == file_count) {
        file_count++;
        files[place] = (struct file){about.st_dev, about.st_ino, strdup(path), is_new, NULL};
    } else if (is_new) { /* a number that was used before by a file that is gone */
        forget(&files[place]);
        files[place].path = strdup(path);
        files[place].is_new = 1;
    }
    of_fd[fd] = place + 1;
}

static uint64_t chance(void) {
    control->seed = control->seed * 6364136223846793005u + 1442695040888963407u;
    return control->seed >> 33;
}

static void put(const char *path, const unsigned char *bytes, size_t length, off_t at) {
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR, 0);
    if (fd >= 0 && length) syscall(SYS_pwrite64, fd, bytes, length, at);
    syscall(SYS_close, fd);
}

static void cut_to(const char *path, off_t size) { syscall(SYS_truncate, path, size); }

/* First everything back to the last sync, newest first; then, of what came after it, what chance
 * lets survive: whole, not at all, or the first sectors of it. */
static void power_cut(void) {
    for (int place = 0; place < file_count; place++) {
        struct file *file = &files[place];
        struct change *oldest = NULL, *next;
        for (struct change *one = file->last; one; one = next) {
            put(file->path, one->old, one->old_length, one->at);
            cut_to(file->path, one->old_size);
            next = one->before;
            one->before = oldest; /* turned round */
            oldest = one;
        }
        uint64_t mood = chance() % 3; /* nothing survives, everything, or each as it falls */
        for (struct change *one = oldest; one; one = one->before) {
            uint64_t fate = mood == 2 ? chance() % 3 : mood;
            size_t length = one->length;
            if (fate == 0) continue;
            if (fate == 2) length = length * (chance() % 4) / 4 / SECTOR * SECTOR;
            if (one->new) put(file->path, one->new, length, one->at);
            else cut_to(file->path, one->at);
        }
        if (file->is_new && mood == 0) syscall(SYS_unlinkat, AT_FDCWD, file->path, 0);
    }
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts one write or sync; the errno with which it must fail, or 0. */
static int struck(void) {
    uint64_t now = ++control->count;
    if (!control->at || now != control->at) return 0;
    control->at = 0;
    if (control->fault == CUT) power_cut();
    return (int)control->fault;
}

/* Whether a file may get this size; takes the room for it. */
static int has_room(off_t old_size, off_t size) {
    int64_t more = size - old_size;
    if (control->room < 0) return 1;
    if (more > control->room) return 0;
    control->room -= more;
    return 1;
}

static off_t size_of(int fd) {
    struct stat about;
    return fstat(fd, &about) ? 0 : about.st_size;
}

static void note(struct file *file, int fd, off_t at, const void *bytes, size_t length, off_t size) {
    struct change *one = calloc(1, sizeof *one);
    size_t old = bytes ? length : (size_t)(size > at ? size - at : 0);
    one->at = at;
    one->old_size = size;
    one->length = length;
    one->old = malloc(old + 1);
    ssize_t read = syscall(SYS_pread64, fd, one->old, old, at);
    one->old_length = read > 0 ? read : 0;
    if (bytes) one->new = memcpy(malloc(length + 1), bytes, length);
    one->before = file->last;
    file->last = one;
}

static int fail(int error) {
    errno = error;
    return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
    struct file *file = file_of(fd);
    if (!file) return syscall(SYS_pwrite64, fd, bytes, length, at);
    pthread_mutex_lock(&turn);
    off_t size = size_of(fd), end = at + (off_t)length;
    int error = struck();
    if (!error && !has_room(size, end > size ? end : size)) error = ENOSPC;
    if (!error) note(file, fd, at, bytes, length, size);
    ssize_t done = error ? fail(error) : syscall(SYS_pwrite64, fd, bytes, length, at);
    pthread_mutex_unlock(&turn);
    return done;
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    return pwrite64(fd, bytes, length, at);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    if (!file_of(fd)) return syscall(SYS_write, fd, bytes, length);
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t done = pwrite64(fd, bytes, length, at);
    if (done > 0) lseek(fd, at + done, SEEK_SET);
    return done;
}

int ftruncate64(int fd, off_t size) {
    struct file *file = file_of(fd);
    if (!file) return syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&turn);
    off_t old = size_of(fd);
    int error = struck();
    if (!error && !has_room(old, size)) error = ENOSPC;
    if (!error) note(file, fd, size, NULL, 0, old);
    int done = error ? fail(error) : (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_unlock(&turn);
    return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int sync_with(long call, int fd) {
    struct file *file = file_of(fd);
    pthread_mutex_lock(&turn);
    if (fd >= 0 && fd < FDS && of_fd[fd] == -1)
        for (int place = 0; place < file_count; place++) files[place].is_new = 0;
    int error = file ? struck() : 0;
    int done = error ? fail(error) : (int)syscall(call, fd);
    if (file && !done && !control->lies) forget(file);
    pthread_mutex_unlock(&turn);
    return done;
}
int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

static int open_any(int folder_fd, const char *path, int flags, mode_t mode) {
    if (!below_folder(path)) {
        int fd = syscall(SYS_openat, folder_fd, path, flags, mode);
        if (fd >= 0 && fd < FDS) of_fd[fd] = 0;
        return fd;
    }
    pthread_mutex_lock(&turn);
    int is_new = (flags & O_CREAT) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
    int fd = syscall(SYS_openat, folder_fd, path, flags, mode);
    watch(fd, path, is_new);
    pthread_mutex_unlock(&turn);
    return fd;
}

#define MODE(flags, last)                                    \
    mode_t mode = 0;                                         \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                   \
        va_list more;                                        \
        va_start(more, last);                                \
        mode = va_arg(more, mode_t);                         \
        va_end(more);                                        \
    }
int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    return open_any(AT_FDCWD, path, flags, mode);
}
int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    return open_any(AT_FDCWD, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE(flags, flags)
    return open_any(at, path, flags, mode);
}
int openat(int at, const char *path, int flags, ...) {
    MODE(flags, flags)
    return open_any(at, path, flags, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < FDS) of_fd[fd] = 0;
    return syscall(SYS_close, fd);
}

int unlink(const char *path) {
    struct stat about;
    int counts = below_folder(path) && is_watched(path) && !stat(path, &about);
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (counts && !done && control->room >= 0) control->room += about.st_size;
    return done;
}
