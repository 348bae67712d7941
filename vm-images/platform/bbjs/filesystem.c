/* Descriptors, mounts, nodes; what os.* of QuickJS has not. */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* ---- Descriptors ---- */

NATIVE_FUNCTION(native_setNonblocking)
{
    int fd, flags, on = JS_ToBool(ctx, argv[1]);

    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        flags = fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
    return undefined_or_throw(ctx, "fcntl", flags);
}

NATIVE_FUNCTION(native_setCloseOnExec)
{
    int fd, on = JS_ToBool(ctx, argv[1]);

    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    return undefined_or_throw(ctx, "fcntl", fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0));
}

enum { READ, WRITE, PREAD, PWRITE };
static const char *const transfer_names[] = { "read", "write", "pread", "pwrite" };

static JSValue native_transfer(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int kind)
{
    int fd;
    size_t length;
    uint8_t *data;
    int64_t position = 0;
    ssize_t done = -1;

    if (JS_ToInt32(ctx, &fd, argv[0]) || !(data = part_of(ctx, argv[1], argv[2], argv[3], &length)))
        return JS_EXCEPTION;
    if (kind >= PREAD && JS_ToInt64(ctx, &position, argv[4]))
        return JS_EXCEPTION;
    do {
        switch (kind) {
        case READ: done = read(fd, data, length); break;
        case WRITE: done = write(fd, data, length); break;
        case PREAD: done = pread(fd, data, length, position); break;
        case PWRITE: done = pwrite(fd, data, length, position); break;
        }
    } while (done < 0 && errno == EINTR);
    if (done < 0)
        return errno == EAGAIN ? JS_NULL : throw_errno(ctx, transfer_names[kind], errno);
    return JS_NewInt32(ctx, done);
}

NATIVE_FUNCTION(native_fsync)
{
    int fd;
    return JS_ToInt32(ctx, &fd, argv[0]) ? JS_EXCEPTION : undefined_or_throw(ctx, "fsync", fsync(fd));
}

NATIVE_FUNCTION(native_ftruncate)
{
    int fd;
    int64_t length;

    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt64(ctx, &length, argv[1]))
        return JS_EXCEPTION;
    return undefined_or_throw(ctx, "ftruncate", ftruncate(fd, length));
}

NATIVE_FUNCTION(native_pipe)
{
    int fds[2];
    JSValue object;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return throw_errno(ctx, "pipe", errno);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "read", fds[0]);
    set_number(ctx, object, "write", fds[1]);
    return object;
}

/* ---- Mounts and nodes ---- */

NATIVE_FUNCTION(native_mount)
{
    const char *text[5] = { NULL, NULL, NULL, NULL, NULL };
    uint32_t flags;
    JSValue result = JS_EXCEPTION;

    for (int i = 0; i < 5; i++)
        if (i != 3 && !(text[i] = JS_ToCString(ctx, argv[i])))
            goto done;
    if (!JS_ToUint32(ctx, &flags, argv[3]))
        result = undefined_or_throw(ctx, "mount", mount(text[0], text[1], text[2], flags, text[4]));
done:
    for (int i = 0; i < 5; i++)
        if (text[i])
            JS_FreeCString(ctx, text[i]);
    return result;
}

enum { UMOUNT, CHROOT, CHMOD, CHOWN, MKNOD };
static const char *const path_call_names[] = { "umount", "chroot", "chmod", "chown", "mknod" };

/* Calls of a path and numbers: umount(path, flags), chroot(path), chmod(path, mode), chown(path, uid, gid), mknod(path, mode, major, minor). */
static JSValue native_path_call(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int kind)
{
    static const int number_counts[] = { 1, 0, 1, 2, 3 };
    int n[3] = { 0, 0, 0 };
    long result = -1;
    const char *path;

    for (int i = 0; i < number_counts[kind]; i++)
        if (JS_ToInt32(ctx, &n[i], argv[i + 1]))
            return JS_EXCEPTION;
    if (!(path = JS_ToCString(ctx, argv[0])))
        return JS_EXCEPTION;
    switch (kind) {
    case UMOUNT: result = umount2(path, n[0]); break;
    case CHROOT: result = chroot(path); break;
    case CHMOD: result = chmod(path, n[0]); break;
    case CHOWN: result = lchown(path, n[0], n[1]); break;
    case MKNOD: result = mknod(path, n[0], makedev(n[1], n[2])); break;
    }
    JS_FreeCString(ctx, path);
    return undefined_or_throw(ctx, path_call_names[kind], result);
}

NATIVE_FUNCTION(native_link)
{
    const char *from = JS_ToCString(ctx, argv[0]), *to = JS_ToCString(ctx, argv[1]);
    JSValue result = from && to ? undefined_or_throw(ctx, "link", link(from, to)) : JS_EXCEPTION;

    if (from)
        JS_FreeCString(ctx, from);
    if (to)
        JS_FreeCString(ctx, to);
    return result;
}

NATIVE_FUNCTION(native_statfs)
{
    const char *path = JS_ToCString(ctx, argv[0]);
    struct statfs info;
    JSValue object;
    int failed;

    if (!path)
        return JS_EXCEPTION;
    failed = statfs(path, &info);
    JS_FreeCString(ctx, path);
    if (failed)
        return throw_errno(ctx, "statfs", errno);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "type", (uint32_t)info.f_type);
    set_number(ctx, object, "blockSize", info.f_bsize);
    set_number(ctx, object, "blocks", info.f_blocks);
    set_number(ctx, object, "free", info.f_bfree);
    set_number(ctx, object, "available", info.f_bavail);
    set_number(ctx, object, "files", info.f_files);
    set_number(ctx, object, "filesFree", info.f_ffree);
    return object;
}

NATIVE_FUNCTION(native_sync)
{
    sync();
    return JS_UNDEFINED;
}

static const JSCFunctionListEntry entries[] = {
    JS_CFUNC_DEF("setNonblocking", 2, native_setNonblocking),
    JS_CFUNC_DEF("setCloseOnExec", 2, native_setCloseOnExec),
    JS_CFUNC_MAGIC_DEF("read", 4, native_transfer, READ),
    JS_CFUNC_MAGIC_DEF("write", 4, native_transfer, WRITE),
    JS_CFUNC_MAGIC_DEF("pread", 5, native_transfer, PREAD),
    JS_CFUNC_MAGIC_DEF("pwrite", 5, native_transfer, PWRITE),
    JS_CFUNC_DEF("fsync", 1, native_fsync),
    JS_CFUNC_DEF("ftruncate", 2, native_ftruncate),
    JS_CFUNC_DEF("pipe", 0, native_pipe),
    JS_CFUNC_DEF("mount", 5, native_mount),
    JS_CFUNC_MAGIC_DEF("umount", 2, native_path_call, UMOUNT),
    JS_CFUNC_MAGIC_DEF("chroot", 1, native_path_call, CHROOT),
    JS_CFUNC_MAGIC_DEF("chmod", 2, native_path_call, CHMOD),
    JS_CFUNC_MAGIC_DEF("chown", 3, native_path_call, CHOWN),
    JS_CFUNC_MAGIC_DEF("mknod", 4, native_path_call, MKNOD),
    JS_CFUNC_DEF("link", 2, native_link),
    JS_CFUNC_DEF("statfs", 1, native_statfs),
    JS_CFUNC_DEF("sync", 0, native_sync),
};
const NativeFunctions filesystem_functions = { entries, COUNT_OF(entries) };
