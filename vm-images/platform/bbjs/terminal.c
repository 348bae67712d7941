/* Pseudo-terminals and terminal modes. */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

NATIVE_FUNCTION(native_openPty)
{
    int unlock = 0, number, error;
    char slave[32];
    JSValue object;
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (master < 0)
        return throw_errno(ctx, "open /dev/ptmx", errno);
    if (ioctl(master, TIOCSPTLCK, &unlock) < 0 || ioctl(master, TIOCGPTN, &number) < 0) {
        error = errno;
        close(master);
        return throw_errno(ctx, "openpty", error);
    }
    snprintf(slave, sizeof slave, "/dev/pts/%d", number);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "master", master);
    JS_DefinePropertyValueStr(ctx, object, "slave", JS_NewString(ctx, slave), JS_PROP_C_W_E);
    return object;
}

NATIVE_FUNCTION(native_isTty)
{
    int fd;
    return JS_ToInt32(ctx, &fd, argv[0]) ? JS_EXCEPTION : JS_NewBool(ctx, isatty(fd));
}

NATIVE_FUNCTION(native_getWindowSize)
{
    int fd;
    struct winsize size;
    JSValue object;

    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0)
        return throw_errno(ctx, "ioctl TIOCGWINSZ", errno);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "rows", size.ws_row);
    set_number(ctx, object, "columns", size.ws_col);
    return object;
}

NATIVE_FUNCTION(native_setWindowSize)
{
    int fd, rows, columns;
    struct winsize size = { 0, 0, 0, 0 };

    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt32(ctx, &rows, argv[1]) || JS_ToInt32(ctx, &columns, argv[2]))
        return JS_EXCEPTION;
    size.ws_row = rows;
    size.ws_col = columns;
    return undefined_or_throw(ctx, "ioctl TIOCSWINSZ", ioctl(fd, TIOCSWINSZ, &size));
}

NATIVE_FUNCTION(native_setRaw)
{
    int fd;
    struct termios saved, raw;

    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    if (tcgetattr(fd, &saved) < 0)
        return throw_errno(ctx, "tcgetattr", errno);
    raw = saved;
    cfmakeraw(&raw);
    if (tcsetattr(fd, TCSADRAIN, &raw) < 0)
        return throw_errno(ctx, "tcsetattr", errno);
    return JS_NewArrayBufferCopy(ctx, (const uint8_t *)&saved, sizeof saved);
}

NATIVE_FUNCTION(native_setTermios)
{
    int fd;
    size_t length;
    uint8_t *saved;

    if (JS_ToInt32(ctx, &fd, argv[0]) || !(saved = bytes_of(ctx, argv[1], &length)))
        return JS_EXCEPTION;
    if (length != sizeof(struct termios))
        return JS_ThrowRangeError(ctx, "expected %u bytes from setRaw", (unsigned)sizeof(struct termios));
    return undefined_or_throw(ctx, "tcsetattr", tcsetattr(fd, TCSADRAIN, (struct termios *)saved));
}

static const struct {
    int baud;
    speed_t speed;
} speeds[] = {
    { 1200, B1200 },   { 2400, B2400 },   { 4800, B4800 },   { 9600, B9600 },
    { 19200, B19200 }, { 38400, B38400 }, { 57600, B57600 }, { 115200, B115200 },
};

NATIVE_FUNCTION(native_setSpeed)
{
    int fd, baud;
    struct termios now;

    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt32(ctx, &baud, argv[1]))
        return JS_EXCEPTION;
    if (tcgetattr(fd, &now) < 0)
        return throw_errno(ctx, "tcgetattr", errno);
    for (size_t i = 0; i < COUNT_OF(speeds); i++)
        if (speeds[i].baud == baud) {
            cfsetspeed(&now, speeds[i].speed);
            return undefined_or_throw(ctx, "tcsetattr", tcsetattr(fd, TCSADRAIN, &now));
        }
    return JS_ThrowRangeError(ctx, "no such speed: %d baud", baud);
}

NATIVE_FUNCTION(native_ioctl)
{
    int fd, number, result;
    int64_t request; /* requests with the read direction have bit 31 set */
    size_t length;
    void *argument = NULL;

    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt64(ctx, &request, argv[1]))
        return JS_EXCEPTION;
    if (JS_IsObject(argv[2])) {
        if (!(argument = bytes_of(ctx, argv[2], &length)))
            return JS_EXCEPTION;
    } else {
        if (JS_ToInt32(ctx, &number, argv[2]))
            return JS_EXCEPTION;
        argument = (void *)(intptr_t)number;
    }
    result = ioctl(fd, (unsigned long)(uint32_t)request, argument);
    return result < 0 ? throw_errno(ctx, "ioctl", errno) : JS_NewInt32(ctx, result);
}

static const JSCFunctionListEntry entries[] = {
    JS_CFUNC_DEF("openPty", 0, native_openPty),
    JS_CFUNC_DEF("isTty", 1, native_isTty),
    JS_CFUNC_DEF("getWindowSize", 1, native_getWindowSize),
    JS_CFUNC_DEF("setWindowSize", 3, native_setWindowSize),
    JS_CFUNC_DEF("setRaw", 1, native_setRaw),
    JS_CFUNC_DEF("setTermios", 2, native_setTermios),
    JS_CFUNC_DEF("setSpeed", 2, native_setSpeed),
    JS_CFUNC_DEF("ioctl", 3, native_ioctl),
};
const NativeFunctions terminal_functions = { entries, COUNT_OF(entries) };
