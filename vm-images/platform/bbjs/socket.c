/* Sockets: unix, inet, inet6, netlink, packet. All non-blocking and close-on-exec. */
#include "native.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef union {
    struct sockaddr any;
    struct sockaddr_un un;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_nl nl;
    struct sockaddr_ll ll;
} Address;

typedef struct {
    const char *name;
    int value;
} Name;

static const Name domains[] = {
    { "unix", AF_UNIX }, { "inet", AF_INET }, { "inet6", AF_INET6 }, { "netlink", AF_NETLINK }, { "packet", AF_PACKET },
};
static const Name types[] = {
    { "stream", SOCK_STREAM }, { "dgram", SOCK_DGRAM }, { "raw", SOCK_RAW }, { "seqpacket", SOCK_SEQPACKET },
};
static const Name directions[] = { { "read", SHUT_RD }, { "write", SHUT_WR }, { "both", SHUT_RDWR } };

static int number_of_name(JSContext *ctx, JSValueConst value, const Name *names, size_t count, int *result)
{
    const char *text = JS_ToCString(ctx, value);

    if (!text)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i].name, text)) {
            *result = names[i].value;
            JS_FreeCString(ctx, text);
            return 0;
        }
    JS_ThrowTypeError(ctx, "unknown name '%s'", text);
    JS_FreeCString(ctx, text);
    return -1;
}

/* ---- Addresses ---- */

static socklen_t unix_address(JSContext *ctx, JSValueConst path_value, Address *address)
{
    size_t length;
    const char *path = JS_ToCStringLen(ctx, &length, path_value);

    if (!path)
        return 0;
    address->un.sun_family = AF_UNIX;
    if (length >= sizeof address->un.sun_path) {
        JS_FreeCString(ctx, path);
        throw_errno(ctx, "socket address", ENAMETOOLONG);
        return 0;
    }
    memcpy(address->un.sun_path, path, length);
    /* A path that starts with NUL is abstract: its length counts, not its end. */
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + length + (length && path[0] ? 1 : 0);
    JS_FreeCString(ctx, path);
    return size;
}

static socklen_t internet_address(JSContext *ctx, JSValueConst object, JSValueConst host_value, Address *address)
{
    char host[128];
    int port;
    char *scope;
    const char *text = JS_ToCString(ctx, host_value);

    if (!text)
        return 0;
    strncpy(host, text, sizeof host - 1);
    host[sizeof host - 1] = 0;
    JS_FreeCString(ctx, text);
    if (int_property(ctx, object, "port", 0, &port))
        return 0;
    scope = strchr(host, '%');
    if (scope)
        *scope++ = 0;
    if (inet_pton(AF_INET, host, &address->in.sin_addr) == 1) {
        address->in.sin_family = AF_INET;
        address->in.sin_port = htons(port);
        return sizeof address->in;
    }
    if (inet_pton(AF_INET6, host, &address->in6.sin6_addr) == 1) {
        address->in6.sin6_family = AF_INET6;
        address->in6.sin6_port = htons(port);
        if (scope)
            address->in6.sin6_scope_id = if_nametoindex(scope);
        return sizeof address->in6;
    }
    JS_ThrowTypeError(ctx, "'%s' is not a numeric address", host);
    return 0;
}

static socklen_t packet_address(JSContext *ctx, JSValueConst object, Address *address)
{
    int ifindex, ether_type;

    if (int_property(ctx, object, "ifindex", 0, &ifindex) || int_property(ctx, object, "etherType", 0, &ether_type))
        return 0;
    address->ll.sll_family = AF_PACKET;
    address->ll.sll_ifindex = ifindex;
    address->ll.sll_protocol = htons(ether_type);
    return sizeof address->ll;
}

/** @returns the size, or 0 with an exception. */
static socklen_t address_of(JSContext *ctx, JSValueConst object, Address *address)
{
    static const char *const keys[] = { "path", "host", "groups", "ifindex" };
    socklen_t size = 0;

    memset(address, 0, sizeof *address);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        JSValue value = JS_GetPropertyStr(ctx, object, keys[i]);
        if (JS_IsException(value))
            return 0;
        if (JS_IsUndefined(value))
            continue;
        if (i == 0)
            size = unix_address(ctx, value, address);
        else if (i == 1)
            size = internet_address(ctx, object, value, address);
        else if (i == 2) {
            uint32_t groups;
            if (!JS_ToUint32(ctx, &groups, value)) {
                address->nl.nl_family = AF_NETLINK;
                address->nl.nl_groups = groups;
                size = sizeof address->nl;
            }
        } else
            size = packet_address(ctx, object, address);
        JS_FreeValue(ctx, value);
        return size;
    }
    JS_ThrowTypeError(ctx, "not a socket address");
    return 0;
}

static JSValue internet_value(JSContext *ctx, int family, const void *host, int port, int scope)
{
    char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
    JSValue object = JS_NewObject(ctx);

    inet_ntop(family, host, text, INET6_ADDRSTRLEN);
    if (scope) {
        strcat(text, "%");
        if (!if_indextoname(scope, text + strlen(text)))
            text[strlen(text) - 1] = 0;
    }
    JS_DefinePropertyValueStr(ctx, object, "host", JS_NewString(ctx, text), JS_PROP_C_W_E);
    set_number(ctx, object, "port", ntohs(port));
    return object;
}

static JSValue address_value(JSContext *ctx, const Address *address, socklen_t size)
{
    JSValue object;

    if (size < sizeof(sa_family_t))
        return JS_NULL;
    switch (address->any.sa_family) {
    case AF_UNIX: {
        size_t length = size - offsetof(struct sockaddr_un, sun_path);
        const char *path = address->un.sun_path;
        if (length == 0)
            return JS_NULL;
        if (path[0])
            length = strnlen(path, length);
        object = JS_NewObject(ctx);
        JS_DefinePropertyValueStr(ctx, object, "path", JS_NewStringLen(ctx, path, length), JS_PROP_C_W_E);
        return object;
    }
    case AF_INET:
        return internet_value(ctx, AF_INET, &address->in.sin_addr, address->in.sin_port, 0);
    case AF_INET6: {
        int local = IN6_IS_ADDR_LINKLOCAL(&address->in6.sin6_addr);
        return internet_value(ctx, AF_INET6, &address->in6.sin6_addr, address->in6.sin6_port,
                              local ? address->in6.sin6_scope_id : 0);
    }
    case AF_NETLINK:
        object = JS_NewObject(ctx);
        set_number(ctx, object, "groups", address->nl.nl_groups);
        return object;
    case AF_PACKET:
        object = JS_NewObject(ctx);
        set_number(ctx, object, "ifindex", address->ll.sll_ifindex);
        set_number(ctx, object, "etherType", ntohs(address->ll.sll_protocol));
        return object;
    }
    return JS_NULL;
}

/* ---- Life of a socket ---- */

NATIVE_FUNCTION(native_socket)
{
    int domain, type, protocol = 0, fd;

    if (number_of_name(ctx, argv[0], domains, COUNT_OF(domains), &domain) ||
        number_of_name(ctx, argv[1], types, COUNT_OF(types), &type))
        return JS_EXCEPTION;
    if (argc > 2 && !JS_IsUndefined(argv[2]) && JS_ToInt32(ctx, &protocol, argv[2]))
        return JS_EXCEPTION;
    /* The kernel wants the EtherType of a packet socket in network order. */
    fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, domain == AF_PACKET ? htons(protocol) : protocol);
    return fd < 0 ? throw_errno(ctx, "socket", errno) : JS_NewInt32(ctx, fd);
}

NATIVE_FUNCTION(native_bind)
{
    int fd;
    Address address;
    socklen_t size;

    if (JS_ToInt32(ctx, &fd, argv[0]) || !(size = address_of(ctx, argv[1], &address)))
        return JS_EXCEPTION;
    return undefined_or_throw(ctx, "bind", bind(fd, &address.any, size));
}

NATIVE_FUNCTION(native_connect)
{
    int fd;
    Address address;
    socklen_t size;

    if (JS_ToInt32(ctx, &fd, argv[0]) || !(size = address_of(ctx, argv[1], &address)))
        return JS_EXCEPTION;
    if (connect(fd, &address.any, size) == 0)
        return JS_TRUE;
    return errno == EINPROGRESS ? JS_FALSE : throw_errno(ctx, "connect", errno);
}

NATIVE_FUNCTION(native_listen)
{
    int fd, backlog;

    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt32(ctx, &backlog, argv[1]))
        return JS_EXCEPTION;
    return undefined_or_throw(ctx, "listen", listen(fd, backlog));
}

NATIVE_FUNCTION(native_accept)
{
    int fd, accepted;
    Address address;
    socklen_t size = sizeof address;
    JSValue object;

    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    accepted = accept4(fd, &address.any, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted < 0)
        /* A caller that gave up between the wake-up and here is nothing to accept either. */
        return errno == EAGAIN || errno == ECONNABORTED || errno == EINTR ? JS_NULL : throw_errno(ctx, "accept", errno);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "fd", accepted);
    JS_DefinePropertyValueStr(ctx, object, "address", address_value(ctx, &address, size), JS_PROP_C_W_E);
    return object;
}

NATIVE_FUNCTION(native_shutdown)
{
    int fd, how;

    if (JS_ToInt32(ctx, &fd, argv[0]) || number_of_name(ctx, argv[1], directions, COUNT_OF(directions), &how))
        return JS_EXCEPTION;
    return undefined_or_throw(ctx, "shutdown", shutdown(fd, how));
}

/* ---- Data ---- */

NATIVE_FUNCTION(native_send)
{
    int fd;
    size_t length;
    uint8_t *data;
    Address address;
    socklen_t size = 0;
    ssize_t sent;

    if (JS_ToInt32(ctx, &fd, argv[0]) || !(data = part_of(ctx, argv[1], argv[2], argv[3], &length)))
        return JS_EXCEPTION;
    if (argc > 4 && !JS_IsUndefined(argv[4]) && !(size = address_of(ctx, argv[4], &address)))
        return JS_EXCEPTION;
    do
        sent = sendto(fd, data, length, MSG_NOSIGNAL, size ? &address.any : NULL, size);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return errno == EAGAIN ? JS_NULL : throw_errno(ctx, "send", errno);
    return JS_NewInt32(ctx, sent);
}

NATIVE_FUNCTION(native_recv)
{
    int fd;
    size_t length;
    uint8_t *data;
    Address address;
    socklen_t size = sizeof address;
    ssize_t got;
    JSValue object;

    if (JS_ToInt32(ctx, &fd, argv[0]) || !(data = part_of(ctx, argv[1], argv[2], argv[3], &length)))
        return JS_EXCEPTION;
    do
        got = recvfrom(fd, data, length, 0, &address.any, &size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN ? JS_NULL : throw_errno(ctx, "recv", errno);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "length", got);
    JS_DefinePropertyValueStr(ctx, object, "from", address_value(ctx, &address, size), JS_PROP_C_W_E);
    return object;
}

/* ---- Questions and options ---- */

static JSValue name_of_socket(JSContext *ctx, JSValueConst fd_value, const char *syscall,
                              int (*ask)(int, struct sockaddr *, socklen_t *))
{
    int fd;
    Address address;
    socklen_t size = sizeof address;

    if (JS_ToInt32(ctx, &fd, fd_value))
        return JS_EXCEPTION;
    if (ask(fd, &address.any, &size) < 0)
        return throw_errno(ctx, syscall, errno);
    return address_value(ctx, &address, size);
}

NATIVE_FUNCTION(native_socketName) { return name_of_socket(ctx, argv[0], "getsockname", getsockname); }
NATIVE_FUNCTION(native_peerName) { return name_of_socket(ctx, argv[0], "getpeername", getpeername); }

static JSValue int_option(JSContext *ctx, int fd, int level, int option)
{
    int value = 0;
    socklen_t size = sizeof value;

    if (getsockopt(fd, level, option, &value, &size) < 0)
        return throw_errno(ctx, "getsockopt", errno);
    return JS_NewInt32(ctx, value);
}

NATIVE_FUNCTION(native_socketError)
{
    int fd;
    return JS_ToInt32(ctx, &fd, argv[0]) ? JS_EXCEPTION : int_option(ctx, fd, SOL_SOCKET, SO_ERROR);
}

NATIVE_FUNCTION(native_getSocketOption)
{
    int fd, level, option;

    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt32(ctx, &level, argv[1]) || JS_ToInt32(ctx, &option, argv[2]))
        return JS_EXCEPTION;
    return int_option(ctx, fd, level, option);
}

NATIVE_FUNCTION(native_setSocketOption)
{
    int fd, level, option, number;
    size_t size = sizeof number;
    const void *value = &number;

    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt32(ctx, &level, argv[1]) || JS_ToInt32(ctx, &option, argv[2]))
        return JS_EXCEPTION;
    if (JS_IsObject(argv[3])) {
        if (!(value = bytes_of(ctx, argv[3], &size)))
            return JS_EXCEPTION;
    } else if (JS_ToInt32(ctx, &number, argv[3]))
        return JS_EXCEPTION;
    return undefined_or_throw(ctx, "setsockopt", setsockopt(fd, level, option, value, size));
}

NATIVE_FUNCTION(native_peerCredentials)
{
    int fd;
    struct ucred peer;
    socklen_t size = sizeof peer;
    JSValue object;

    if (JS_ToInt32(ctx, &fd, argv[0]))
        return JS_EXCEPTION;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return throw_errno(ctx, "getsockopt", errno);
    object = JS_NewObject(ctx);
    set_number(ctx, object, "pid", peer.pid);
    set_number(ctx, object, "uid", peer.uid);
    set_number(ctx, object, "gid", peer.gid);
    return object;
}

NATIVE_FUNCTION(native_ifIndex)
{
    const char *name = JS_ToCString(ctx, argv[0]);
    struct ifreq request;
    int fd, result;

    if (!name)
        return JS_EXCEPTION;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    JS_FreeCString(ctx, name);
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    result = fd < 0 ? -1 : ioctl(fd, SIOCGIFINDEX, &request);
    if (fd >= 0) {
        int error = errno;
        close(fd);
        errno = error;
    }
    return result < 0 ? throw_errno(ctx, "if_nametoindex", errno) : JS_NewInt32(ctx, request.ifr_ifindex);
}

static const JSCFunctionListEntry entries[] = {
    JS_CFUNC_DEF("socket", 3, native_socket),
    JS_CFUNC_DEF("bind", 2, native_bind),
    JS_CFUNC_DEF("connect", 2, native_connect),
    JS_CFUNC_DEF("listen", 2, native_listen),
    JS_CFUNC_DEF("accept", 1, native_accept),
    JS_CFUNC_DEF("send", 5, native_send),
    JS_CFUNC_DEF("recv", 4, native_recv),
    JS_CFUNC_DEF("shutdown", 2, native_shutdown),
    JS_CFUNC_DEF("socketError", 1, native_socketError),
    JS_CFUNC_DEF("socketName", 1, native_socketName),
    JS_CFUNC_DEF("peerName", 1, native_peerName),
    JS_CFUNC_DEF("peerCredentials", 1, native_peerCredentials),
    JS_CFUNC_DEF("setSocketOption", 4, native_setSocketOption),
    JS_CFUNC_DEF("getSocketOption", 3, native_getSocketOption),
    JS_CFUNC_DEF("ifIndex", 1, native_ifIndex),
};
const NativeFunctions socket_functions = { entries, COUNT_OF(entries) };
