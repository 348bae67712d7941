/*
 * Thin client of the host agent: sends what it was called with over a Unix socket and relays its terminal.
 * The frames are described in userland/README.md. No libc, so that exec costs next to nothing.
 */
#include <asm/unistd.h>
#include <linux/un.h>
#include <linux/net.h>
#include <asm/ioctls.h>
#include <asm/termios.h>
#include <asm/poll.h>
#include <asm/signal.h>
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/socket.h>

#define AF_UNIX 1
#define SOCK_STREAM 1

#define SOCKET_PATH "/var/run/hostd.sock"
#define PROTOCOL "1"

enum { HEADER_BYTES = 5, RELAY_BYTES = 16384 };

typedef unsigned char u8;
typedef unsigned int u32;

/* ---- System calls ---- */

static inline long call3(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

static inline long call5(long number, long a, long b, long c, long d, long e)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
    return result;
}

static __attribute__((noreturn)) void exit_now(int status)
{
    for (;;)
        call3(__NR_exit_group, status, 0, 0);
}

static long read_fd(int fd, void *data, u32 length) { return call3(__NR_read, fd, (long)data, length); }
static long write_fd(int fd, const void *data, u32 length) { return call3(__NR_write, fd, (long)data, length); }
static long ioctl_fd(int fd, u32 request, void *argument) { return call3(__NR_ioctl, fd, request, (long)argument); }

/* ---- State ---- */

static int sock;
static const char *name;
static struct termios saved_termios;
static u8 stdin_is_terminal, terminal_is_raw, relay_stdin, interrupts;
static volatile u8 window_changed, pending_signal, sending;
static u8 in[HEADER_BYTES + RELAY_BYTES];
static u32 in_start, in_end;

/* gcc calls these for copies and fills it does not inline. */
void *memcpy(void *to, const void *from, __SIZE_TYPE__ length)
{
    void *result = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
    return result;
}

void *memset(void *to, int value, __SIZE_TYPE__ length)
{
    void *result = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
    return result;
}

static u32 length_of(const char *text)
{
    u32 length = 0;
    while (text[length])
        length++;
    return length;
}

static int same_text(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

/* ---- Terminal ---- */

static void set_raw(int raw)
{
    struct termios now;

    if (raw == terminal_is_raw || !stdin_is_terminal)
        return;
    if (raw) {
        if (ioctl_fd(0, TCGETS, &saved_termios) < 0)
            return;
        now = saved_termios;
        now.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        now.c_oflag &= ~OPOST;
        now.c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        now.c_cflag = (now.c_cflag & ~(CSIZE | PARENB)) | CS8;
        now.c_cc[VMIN] = 1;
        now.c_cc[VTIME] = 0;
        ioctl_fd(0, TCSETSW, &now);
    } else {
        ioctl_fd(0, TCSETSW, &saved_termios);
    }
    terminal_is_raw = raw;
}

static __attribute__((noreturn)) void finish(int status)
{
    set_raw(0);
    exit_now(status);
}

static __attribute__((noreturn)) void finish_with(const char *a, const char *b)
{
    set_raw(0);
    write_fd(2, a, length_of(a));
    if (b)
        write_fd(2, b, length_of(b));
    exit_now(1);
}

static __attribute__((noreturn)) void lost(void) { finish_with("Connection to the host agent was lost\n", 0); }

static __attribute__((noreturn)) void nobody_listening(void)
{
    if (same_text(name, "esxcli"))
        finish_with("Connect to localhost failed: Connection failure\n", 0);
    finish_with(name, ": cannot reach the host agent: hostd is not running\n");
}

/* ---- Frames out ---- */

static void pass_events(void);

static void write_all(int fd, const void *data, u32 length)
{
    const u8 *at = data;
    while (length) {
        long done = write_fd(fd, at, length);
        if (done == -EINTR)
            continue;
        if (done == -EAGAIN) {
            struct pollfd wait = { fd, POLLOUT, 0 };
            call3(__NR_poll, (long)&wait, 1, -1);
            continue;
        }
        if (done < 0) {
            if (fd == sock)
                lost();
            finish(128 + SIGPIPE); /* as a program that SIGPIPE ended, so that `esxtop -b | head` ends */
        }
        at += done;
        length -= done;
    }
}

/** One whole frame: a signal that arrives in its midst is passed after it. */
static void send_frame(const u8 *frame, u32 length)
{
    sending = 1;
    write_all(sock, frame, length);
    sending = 0;
    pass_events();
}

static void put_header(u8 *frame, u8 type, u32 length)
{
    frame[0] = type;
    __builtin_memcpy(frame + 1, &length, 4);
}

static void send_small(u8 type, const u8 *payload, u32 length)
{
    u8 frame[HEADER_BYTES + 4];
    put_header(frame, type, length);
    for (u32 i = 0; i < length; i++)
        frame[HEADER_BYTES + i] = payload[i];
    sending = 1;
    write_all(sock, frame, HEADER_BYTES + length);
    sending = 0;
}

static u8 *put_text(u8 *at, const char *text)
{
    u32 length = length_of(text) + 1;
    memcpy(at, text, length);
    return at + length;
}

static u8 *put_number(u8 *at, u32 number)
{
    char digits[12];
    int i = 11;
    digits[i] = 0;
    do {
        digits[--i] = '0' + number % 10;
        number /= 10;
    } while (number);
    return put_text(at, digits + i);
}

/** Frame `A`, in one write. Arguments and environment are limited by the kernel's stack limit, so they fit the stack. */
static void send_arguments(int argc, char **argv, char **env)
{
    char cwd[4096];
    struct winsize size = { 0, 0, 0, 0 };
    struct termios probe;
    u32 bytes = HEADER_BYTES + 64;
    int i;

    if (call3(__NR_getcwd, (long)cwd, sizeof cwd, 0) < 0)
        cwd[0] = '/', cwd[1] = 0;
    bytes += length_of(cwd) + 1 + length_of(name) + 1;
    for (i = 1; i < argc; i++)
        bytes += length_of(argv[i]) + 1;
    for (i = 0; env[i]; i++)
        bytes += length_of(env[i]) + 1;

    stdin_is_terminal = ioctl_fd(0, TCGETS, &probe) == 0;
    int stdout_is_terminal = ioctl_fd(1, TIOCGWINSZ, &size) == 0;
    if (!stdout_is_terminal && stdin_is_terminal)
        ioctl_fd(0, TIOCGWINSZ, &size);

    u8 *frame = __builtin_alloca(bytes);
    u8 *at = put_text(frame + HEADER_BYTES, PROTOCOL);
    at = put_text(at, stdin_is_terminal ? "1" : "0");
    at = put_text(at, stdout_is_terminal ? "1" : "0");
    at = put_number(at, size.ws_row);
    at = put_number(at, size.ws_col);
    at = put_text(at, cwd);
    at = put_number(at, argc > 0 ? argc : 1);
    at = put_text(at, name);
    for (i = 1; i < argc; i++)
        at = put_text(at, argv[i]);
    for (i = 0; env[i]; i++)
        at = put_text(at, env[i]);
    put_header(frame, 'A', at - frame - HEADER_BYTES);
    send_frame(frame, at - frame);
}

/* ---- Signals ---- */

static void pass_signal(void)
{
    u8 number = pending_signal;

    pending_signal = 0;
    if (number == SIGINT && ++interrupts > 1)
        finish(128 + SIGINT);
    send_small('S', &number, 1);
}

static void pass_window(void)
{
    struct winsize size;
    u8 payload[4];

    window_changed = 0;
    if (ioctl_fd(1, TIOCGWINSZ, &size) < 0 && ioctl_fd(0, TIOCGWINSZ, &size) < 0)
        return;
    payload[0] = size.ws_row;
    payload[1] = size.ws_row >> 8;
    payload[2] = size.ws_col;
    payload[3] = size.ws_col >> 8;
    send_small('W', payload, 4);
}

/** Sends at once, from the handler itself: a flag read by the main flow could be missed just before it sleeps. */
static void on_signal(int number)
{
    if (number == SIGWINCH)
        window_changed = 1;
    else
        pending_signal = number;
    if (!sending)
        pass_events();
}

static void pass_events(void)
{
    while (window_changed || pending_signal) {
        if (window_changed)
            pass_window();
        else
            pass_signal();
    }
}

__asm__(".globl restore_signal\nrestore_signal:\n popl %eax\n movl $119, %eax\n int $0x80\n"); /* sigreturn */
extern void restore_signal(void);

/* The kernel's own shape of sigaction(2), number 67: shorter than rt_sigaction's. Other signals wait meanwhile. */
struct old_action {
    void (*handler)(int);
    unsigned long mask;
    unsigned long flags;
    void (*restorer)(void);
};

static void catch_signal(int number)
{
    struct old_action action = { on_signal, ~0UL, SA_RESTORER | SA_RESTART, restore_signal };
    call3(__NR_sigaction, number, (long)&action, 0);
}

static void ignore_signal(int number)
{
    struct old_action action = { SIG_IGN, 0, 0, 0 };
    call3(__NR_sigaction, number, (long)&action, 0);
}

/* ---- Relay ---- */

static void pass_stdin(void)
{
    u8 frame[HEADER_BYTES + 4096];
    long got = read_fd(0, frame + HEADER_BYTES, sizeof frame - HEADER_BYTES);

    if (got == -EINTR || got == -EAGAIN)
        return;
    if (got <= 0) {
        got = 0; /* end of input, also when the terminal is gone */
        relay_stdin = 0;
    }
    put_header(frame, 'I', got);
    send_frame(frame, HEADER_BYTES + got);
}

/** Sleeps until the socket has something; serves stdin meanwhile. */
static void wait_for_socket(void)
{
    for (;;) {
        struct pollfd fds[2] = { { sock, POLLIN, 0 }, { 0, POLLIN, 0 } };
        long ready = call3(__NR_poll, (long)fds, relay_stdin ? 2 : 1, -1);
        if (ready <= 0)
            continue;
        if (relay_stdin && fds[1].revents)
            pass_stdin();
        if (fds[0].revents)
            return;
    }
}

/** At least `wanted` bytes from `in_start` on; `wanted` is at most HEADER_BYTES when the buffer must not move. */
static void fill(u32 wanted)
{
    while (in_end - in_start < wanted) {
        if (in_start == in_end)
            in_start = in_end = 0;
        else if (in_start + wanted > sizeof in) {
            for (u32 i = 0; i < in_end - in_start; i++)
                in[i] = in[in_start + i];
            in_end -= in_start;
            in_start = 0;
        }
        if (relay_stdin)
            wait_for_socket();
        long got = read_fd(sock, in + in_end, sizeof in - in_end);
        if (got == -EINTR)
            continue;
        if (got <= 0)
            lost();
        in_end += got;
    }
}

static void copy_out(int fd, u32 length)
{
    while (length) {
        fill(1);
        u32 part = in_end - in_start;
        if (part > length)
            part = length;
        write_all(fd, in + in_start, part);
        in_start += part;
        length -= part;
    }
}

static void take(u8 *payload, u32 length, u32 keep)
{
    for (u32 i = 0; i < length; i++) {
        fill(1);
        if (i < keep)
            payload[i] = in[in_start];
        in_start++;
    }
}

static __attribute__((noreturn)) void relay(void)
{
    for (;;) {
        u32 length;
        u8 payload[4] = { 0, 0, 0, 0 };

        fill(HEADER_BYTES);
        u8 type = in[in_start];
        __builtin_memcpy(&length, in + in_start + 1, 4);
        in_start += HEADER_BYTES;
        if (type == 'O' || type == 'E') {
            copy_out(type == 'O' ? 1 : 2, length);
            continue;
        }
        take(payload, length, sizeof payload);
        if (type == 'i')
            relay_stdin = 1;
        else if (type == 'r')
            set_raw(payload[0]);
        else if (type == 'X') {
            __builtin_memcpy(&length, payload, 4);
            finish(length & 255);
        }
    }
}

static void connect_to_agent(void)
{
    struct sockaddr_un address = { AF_UNIX, SOCKET_PATH };

    sock = call3(__NR_socket, AF_UNIX, SOCK_STREAM, 0);
    if (sock < 0)
        nobody_listening();
    if (call3(__NR_connect, sock, (long)&address, sizeof address) < 0)
        nobody_listening();
}

__attribute__((used, noreturn)) static void start(long *stack)
{
    int argc = stack[0];
    char **argv = (char **)(stack + 1);
    char **env = argv + argc + 1;

    name = argc > 0 ? argv[0] : "bbclient";
    for (const char *at = name; *at; at++)
        if (*at == '/' && at[1])
            name = at + 1;

    connect_to_agent();
    /* Only what the terminal or another process can send while hostd works. */
    sending = 1;
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGHUP);
    catch_signal(SIGQUIT);
    ignore_signal(SIGPIPE);
    catch_signal(SIGWINCH);
    send_arguments(argc, argv, env);
    relay();
}

__asm__(".globl _start\n_start:\n xorl %ebp, %ebp\n movl %esp, %eax\n andl $-16, %esp\n subl $12, %esp\n pushl %eax\n call start\n");
