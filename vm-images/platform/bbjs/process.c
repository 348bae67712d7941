/* Processes, namespaces, signals, the machine's power and clock. */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* ---- Namespaces ---- */

static const struct {
    const char *name;
    int flag;
} kinds[] = {
    { "mnt", CLONE_NEWNS }, { "pid", CLONE_NEWPID }, { "uts", CLONE_NEWUTS }, { "ipc", CLONE_NEWIPC }, { "net", CLONE_NEWNET },
};

/** @returns -1 with an exception. undefined is no namespace. */
static int kinds_of(JSContext *ctx, JSValueConst array)
{
    char **names;
    int flags = 0;

    if (JS_IsUndefined(array))
        return 0;
    if (!(names = strings_of(ctx, array)))
        return -1;
    for (char **name = names; *name && flags >= 0; name++) {
        size_t i = 0;
        while (i < COUNT_OF(kinds) && strcmp(kinds[i].name, *name))
            i++;
        if (i < COUNT_OF(kinds))
            flags |= kinds[i].flag;
        else {
            JS_ThrowTypeError(ctx, "unknown namespace '%s'", *name);
            flags = -1;
        }
    }
    free_strings(names);
    return flags;
}

static int pidfd_of(int pid) { return syscall(SYS_pidfd_open, pid, 0); }

NATIVE_FUNCTION(native_unshare)
{
    int flags = kinds_of(ctx, argv[0]);
    return flags < 0 ? JS_EXCEPTION : undefined_or_throw(ctx, "unshare", unshare(flags));
}

NATIVE_FUNCTION(native_setns)
{
    int pid, flags, pidfd, result, error;

    if (JS_ToInt32(ctx, &pid, argv[0]) || (flags = kinds_of(ctx, argv[1])) < 0)
        return JS_EXCEPTION;
    if ((pidfd = pidfd_of(pid)) < 0)
        return throw_errno(ctx, "pidfd_open", errno);
    result = setns(pidfd, flags);
    error = errno;
    close(pidfd);
    errno = error;
    return undefined_or_throw(ctx, "setns", result);
}

/* ---- spawn ---- */

typedef struct {
    char **argv, **env;
    const char *cwd, *root;
    int fds[3];
    int session;
    int enter_pidfd, enter_flags;
    int uid, gid;
    /* What failed in the child, read by the parent: they share memory. */
    const char *failed_call;
    int error;
} Spawn;

/* Runs in the child, which shares our memory (CLONE_VM) while we sleep (CLONE_VFORK): only system calls and its own stack. */
static int search_and_exec(char **argv, char **env)
{
    const char *path = "/bin:/sbin:/usr/bin:/usr/sbin", *end;
    size_t name_length = strlen(argv[0]);
    char file[PATH_MAX];
    int error = ENOENT;

    if (strchr(argv[0], '/')) {
        execve(argv[0], argv, env);
        return errno;
    }
    for (char **entry = env; *entry; entry++)
        if (!strncmp(*entry, "PATH=", 5))
            path = *entry + 5;
    for (;; path = end + 1) {
        end = strchrnul(path, ':');
        size_t length = end - path;
        if (length + 1 + name_length < sizeof file) {
            memcpy(file, path, length);
            file[length] = '/';
            memcpy(file + length + 1, argv[0], name_length + 1);
            execve(length ? file : argv[0], argv, env);
            if (errno != ENOENT && errno != ENOTDIR)
                error = errno;
        }
        if (!*end)
            return error;
    }
}

static void reset_signals(void)
{
    struct sigaction action;

    for (int number = 1; number < 65; number++)
        if (number != SIGKILL && number != SIGSTOP && !sigaction(number, NULL, &action) && action.sa_handler != SIG_DFL) {
            memset(&action, 0, sizeof action);
            sigaction(number, &action, NULL);
        }
}

static int place_descriptors(const int *fds)
{
    int source[3];

    /* First out of the way of 0, 1, 2, then into place. */
    for (int i = 0; i < 3; i++) {
        source[i] = fds[i] < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
        if (source[i] >= 0 && source[i] < 3)
            source[i] = fcntl(source[i], F_DUPFD_CLOEXEC, 3);
        if (source[i] < 0)
            return -1;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(source[i], i) < 0)
            return -1;
    return 0;
}

#define TRY(call, expression)         \
    do {                              \
        if ((expression) < 0) {       \
            job->failed_call = call;  \
            job->error = errno;       \
            _exit(127);               \
        }                             \
    } while (0)

static int child_main(void *argument)
{
    Spawn *job = argument;
    sigset_t none;

    reset_signals();
    if (job->enter_flags & ~CLONE_NEWPID)
        TRY("setns", setns(job->enter_pidfd, job->enter_flags & ~CLONE_NEWPID));
    TRY("open /dev/null", place_descriptors(job->fds));
    if (job->session) {
        TRY("setsid", setsid());
        ioctl(0, TIOCSCTTY, 0);
    }
    if (job->root)
        TRY("chroot", chroot(job->root));
    if (job->root && !job->cwd)
        TRY("chdir", chdir("/"));
    if (job->cwd)
        TRY("chdir", chdir(job->cwd));
    /* The raw calls: glibc's wrappers signal threads through shared memory. */
    if (job->gid >= 0) {
        TRY("setgroups", syscall(SYS_setgroups32, 0, NULL));
        TRY("setgid", syscall(SYS_setgid32, job->gid));
    }
    if (job->uid >= 0)
        TRY("setuid", syscall(SYS_setuid32, job->uid));
    close_range(3, ~0U, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    errno = search_and_exec(job->argv, job->env);
    TRY("exec", -1);
    return 127;
}

/* The child of a clone lands in the PID namespace that its parent set for its children: set it, clone, set it back. */
static int clone_child(Spawn *job, int new_namespaces, const char **failed_call)
{
    static char stack[65536] __attribute__((aligned(16)));
    int own = -1, pid, error;
    sigset_t all, before;

    if (job->enter_flags & CLONE_NEWPID) {
        *failed_call = "setns";
        if ((own = pidfd_of(getpid())) < 0 || setns(job->enter_pidfd, CLONE_NEWPID) < 0)
            return -1;
    }
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    *failed_call = "clone";
    pid = clone(child_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD | new_namespaces, job);
    error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (own >= 0) {
        setns(own, CLONE_NEWPID);
        close(own);
    }
    errno = error;
    return pid;
}

static JSValue run_spawn(JSContext *ctx, Spawn *job, int new_namespaces)
{
    const char *failed_call = NULL;
    int pid = clone_child(job, new_namespaces, &failed_call);

    if (pid < 0)
        return throw_errno(ctx, failed_call, errno);
    if (job->failed_call) {
        char what[PATH_MAX];
        waitpid(pid, NULL, 0);
        snprintf(what, sizeof what, "%s %s", job->failed_call, job->argv[0]);
        return throw_errno(ctx, job->error && !strcmp(job->failed_call, "exec") ? what : job->failed_call, job->error);
    }
    return JS_NewInt32(ctx, pid);
}

static int optional_text(JSContext *ctx, JSValueConst object, const char *name, const char **text)
{
    JSValue value = JS_GetPropertyStr(ctx, object, name);

    *text = NULL;
    if (JS_IsException(value))
        return -1;
    if (!JS_IsUndefined(value)) {
        *text = JS_ToCString(ctx, value);
        JS_FreeValue(ctx, value);
        return *text ? 0 : -1;
    }
    return 0;
}

static int optional_strings(JSContext *ctx, JSValueConst object, const char *name, char ***strings)
{
    JSValue value = JS_GetPropertyStr(ctx, object, name);

    *strings = NULL;
    if (JS_IsException(value))
        return -1;
    if (JS_IsUndefined(value))
        return 0;
    *strings = strings_of(ctx, value);
    JS_FreeValue(ctx, value);
    return *strings ? 0 : -1;
}

static int optional_kinds(JSContext *ctx, JSValueConst object, const char *name)
{
    JSValue value = JS_GetPropertyStr(ctx, object, name);
    int flags = JS_IsException(value) ? -1 : kinds_of(ctx, value);

    JS_FreeValue(ctx, value);
    return flags;
}

static int read_enter(JSContext *ctx, JSValueConst options, Spawn *job)
{
    JSValue enter = JS_GetPropertyStr(ctx, options, "enter");
    int pid, failed = 0;

    if (JS_IsException(enter))
        return -1;
    if (JS_IsObject(enter)) {
        failed = int_property(ctx, enter, "pid", 0, &pid) || (job->enter_flags = optional_kinds(ctx, enter, "kinds")) < 0;
        if (!failed && (job->enter_pidfd = pidfd_of(pid)) < 0) {
            throw_errno(ctx, "pidfd_open", errno);
            failed = 1;
        }
    }
    JS_FreeValue(ctx, enter);
    return failed ? -1 : 0;
}

NATIVE_FUNCTION(native_spawn)
{
    static const char *const fd_names[] = { "stdin", "stdout", "stderr" };
    Spawn job = { .enter_pidfd = -1 };
    int new_namespaces = 0;
    JSValueConst options = argv[0];
    JSValue session, result = JS_EXCEPTION;

    if (optional_strings(ctx, options, "argv", &job.argv) || optional_strings(ctx, options, "env", &job.env) ||
        optional_text(ctx, options, "cwd", &job.cwd) || optional_text(ctx, options, "chroot", &job.root) ||
        int_property(ctx, options, "uid", -1, &job.uid) || int_property(ctx, options, "gid", -1, &job.gid) ||
        (new_namespaces = optional_kinds(ctx, options, "unshare")) < 0 || read_enter(ctx, options, &job))
        goto done;
    for (int i = 0; i < 3; i++)
        if (int_property(ctx, options, fd_names[i], -1, &job.fds[i]))
            goto done;
    session = JS_GetPropertyStr(ctx, options, "session");
    job.session = JS_ToBool(ctx, session);
    JS_FreeValue(ctx, session);
    if (!job.argv || !job.argv[0]) {
        JS_ThrowTypeError(ctx, "spawn needs argv with a program");
        goto done;
    }
    if (!job.env) {
        char **own = environ;
        job.env = own;
        result = run_spawn(ctx, &job, new_namespaces);
        job.env = NULL;
    } else
        result = run_spawn(ctx, &job, new_namespaces);
done:
    if (job.enter_pidfd >= 0)
        close(job.enter_pidfd);
    if (job.cwd)
        JS_FreeCString(ctx, job.cwd);
    if (job.root)
        JS_FreeCString(ctx, job.root);
    free_strings(job.argv);
    free_strings(job.env);
    return result;
}

NATIVE_FUNCTION(native_execReplace)
{
    char **args = strings_of(ctx, argv[0]), **env = NULL;
    sigset_t none;
    JSValue result;

    if (!args)
        return JS_EXCEPTION;
    if (argc > 1 && !JS_IsUndefined(argv[1]) && !(env = strings_of(ctx, argv[1]))) {
        free_strings(args);
        return JS_EXCEPTION;
    }
    fflush(stdout);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    errno = args[0] ? search_and_exec(args, env ? env : environ) : EINVAL;
    result = throw_errno(ctx, "exec", errno);
    signal(SIGPIPE, SIG_IGN);
    free_strings(args);
    free_strings(env);
    return result;
}

NATIVE_FUNCTION(native_waitpid)
{
    int pid, status, no_hang = JS_ToBool(ctx, argv[1]);
    JSValue object;

    if (JS_ToInt32(ctx, &pid, argv[0]))
        return JS_EXCEPTION;
    do
        pid = waitpid(pid, &status, no_hang ? WNOHANG : 0);
    while (pid < 0 && errno == EINTR);
    if (pid == 0 || (pid < 0 && no_hang && errno == ECHILD))
        return JS_NULL;
    if (pid < 0)
        return throw_errno(ctx, "waitpid", errno);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "pid", pid);
    JS_DefinePropertyValueStr(ctx, object, "exitCode", WIFEXITED(status) ? JS_NewInt32(ctx, WEXITSTATUS(status)) : JS_NULL,
                              JS_PROP_C_W_E);
    JS_DefinePropertyValueStr(ctx, object, "signal", WIFSIGNALED(status) ? JS_NewInt32(ctx, WTERMSIG(status)) : JS_NULL,
                              JS_PROP_C_W_E);
    return object;
}

NATIVE_FUNCTION(native_kill)
{
    int pid, number;

    if (JS_ToInt32(ctx, &pid, argv[0]) || JS_ToInt32(ctx, &number, argv[1]))
        return JS_EXCEPTION;
    return undefined_or_throw(ctx, "kill", kill(pid, number));
}

NATIVE_FUNCTION(native_getpid) { return JS_NewInt32(ctx, getpid()); }

NATIVE_FUNCTION(native_umask)
{
    int mask;
    return JS_ToInt32(ctx, &mask, argv[0]) ? JS_EXCEPTION : JS_NewInt32(ctx, umask(mask));
}

/* ---- The machine ---- */

NATIVE_FUNCTION(native_reboot)
{
    const char *action = JS_ToCString(ctx, argv[0]);
    int command = -1;

    if (!action)
        return JS_EXCEPTION;
    if (!strcmp(action, "restart"))
        command = RB_AUTOBOOT;
    else if (!strcmp(action, "poweroff"))
        command = RB_POWER_OFF;
    else if (!strcmp(action, "halt"))
        command = RB_HALT_SYSTEM;
    JS_FreeCString(ctx, action);
    if (command == -1)
        return JS_ThrowTypeError(ctx, "reboot: expected 'restart', 'poweroff' or 'halt'");
    return undefined_or_throw(ctx, "reboot", reboot(command));
}

NATIVE_FUNCTION(native_setHostname)
{
    size_t length;
    const char *name = JS_ToCStringLen(ctx, &length, argv[0]);
    JSValue result;

    if (!name)
        return JS_EXCEPTION;
    result = undefined_or_throw(ctx, "sethostname", sethostname(name, length));
    JS_FreeCString(ctx, name);
    return result;
}

NATIVE_FUNCTION(native_setTime)
{
    int64_t seconds;
    int microseconds;
    struct timespec now;

    if (JS_ToInt64(ctx, &seconds, argv[0]) || JS_ToInt32(ctx, &microseconds, argv[1]))
        return JS_EXCEPTION;
    now.tv_sec = seconds;
    now.tv_nsec = microseconds * 1000L;
    return undefined_or_throw(ctx, "clock_settime", clock_settime(CLOCK_REALTIME, &now));
}

NATIVE_FUNCTION(native_monotonicMs)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return JS_NewFloat64(ctx, now.tv_sec * 1e3 + now.tv_nsec / 1000000);
}

NATIVE_FUNCTION(native_setUncaughtHandler)
{
    set_uncaught_handler(ctx, argv[0]);
    return JS_UNDEFINED;
}

static const JSCFunctionListEntry entries[] = {
    JS_CFUNC_DEF("spawn", 1, native_spawn),
    JS_CFUNC_DEF("waitpid", 2, native_waitpid),
    JS_CFUNC_DEF("execReplace", 2, native_execReplace),
    JS_CFUNC_DEF("kill", 2, native_kill),
    JS_CFUNC_DEF("getpid", 0, native_getpid),
    JS_CFUNC_DEF("umask", 1, native_umask),
    JS_CFUNC_DEF("unshare", 1, native_unshare),
    JS_CFUNC_DEF("setns", 2, native_setns),
    JS_CFUNC_DEF("reboot", 1, native_reboot),
    JS_CFUNC_DEF("setHostname", 1, native_setHostname),
    JS_CFUNC_DEF("setTime", 2, native_setTime),
    JS_CFUNC_DEF("monotonicMs", 0, native_monotonicMs),
    JS_CFUNC_DEF("setUncaughtHandler", 1, native_setUncaughtHandler),
};
const NativeFunctions process_functions = { entries, COUNT_OF(entries) };
