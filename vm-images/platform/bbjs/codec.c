/* Bytes to bytes and bytes to text: digests, compression, base64, UTF-8, passwords, random. */
#include "native.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <zlib.h>

/* ---- Digests ---- */

typedef struct {
    const uint8_t *data;
    size_t length, position;
    uint8_t tail[128];
    size_t tail_blocks, tail_position;
} Blocks;

/* Blocks of 64 bytes: those of the message, then its rest with the padding of FIPS 180-4, section 5.1.1. */
static void blocks_start(Blocks *blocks, const uint8_t *data, size_t length)
{
    size_t rest = length % 64;
    uint64_t bits = (uint64_t)length * 8;

    memset(blocks, 0, sizeof *blocks);
    blocks->data = data;
    blocks->length = length - rest;
    memcpy(blocks->tail, data + blocks->length, rest);
    blocks->tail[rest] = 0x80;
    blocks->tail_blocks = rest < 56 ? 1 : 2;
    for (int i = 0; i < 8; i++)
        blocks->tail[blocks->tail_blocks * 64 - 1 - i] = bits >> (8 * i);
}

static const uint8_t *blocks_next(Blocks *blocks)
{
    if (blocks->position < blocks->length) {
        blocks->position += 64;
        return blocks->data + blocks->position - 64;
    }
    return blocks->tail_position < blocks->tail_blocks ? blocks->tail + 64 * blocks->tail_position++ : NULL;
}

static uint32_t word_at(const uint8_t *at) { return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3]; }
static uint32_t right(uint32_t value, int count) { return value >> count | value << (32 - count); }
static uint32_t left(uint32_t value, int count) { return value << count | value >> (32 - count); }

static void sha256_block(uint32_t *state, const uint8_t *block)
{
    static const uint32_t k[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    };
    uint32_t w[64], s[8];

    for (int i = 0; i < 16; i++)
        w[i] = word_at(block + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (right(a, 7) ^ right(a, 18) ^ a >> 3) + w[i - 7] + (right(b, 17) ^ right(b, 19) ^ b >> 10);
    }
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t a = s[0], e = s[4];
        uint32_t t1 = s[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + k[i] + w[i];
        uint32_t t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

static void sha1_block(uint32_t *state, const uint8_t *block)
{
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];

    for (int i = 0; i < 16; i++)
        w[i] = word_at(block + 4 * i);
    for (int i = 16; i < 80; i++)
        w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999
                   : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                   : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                            : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t next = left(a, 5) + f + e + w[i];
        e = d, d = c, c = left(b, 30), b = a, a = next;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

static JSValue digest(JSContext *ctx, JSValueConst value, uint32_t *state, int words, void (*run)(uint32_t *, const uint8_t *))
{
    size_t length;
    const uint8_t *data = bytes_of(ctx, value, &length), *block;
    Blocks blocks;
    char text[65];

    if (!data)
        return JS_EXCEPTION;
    blocks_start(&blocks, data, length);
    while ((block = blocks_next(&blocks)))
        run(state, block);
    for (int i = 0; i < words; i++)
        snprintf(text + 8 * i, 9, "%08x", (unsigned)state[i]);
    return JS_NewStringLen(ctx, text, words * 8);
}

NATIVE_FUNCTION(native_sha256)
{
    uint32_t state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    return digest(ctx, argv[0], state, 8, sha256_block);
}

NATIVE_FUNCTION(native_sha1)
{
    uint32_t state[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    return digest(ctx, argv[0], state, 5, sha1_block);
}

NATIVE_FUNCTION(native_crc32)
{
    size_t length;
    uint32_t start = 0;
    const uint8_t *data = bytes_of(ctx, argv[0], &length);

    if (!data || (argc > 1 && !JS_IsUndefined(argv[1]) && JS_ToUint32(ctx, &start, argv[1])))
        return JS_EXCEPTION;
    return JS_NewUint32(ctx, crc32(start, data, length));
}

/* ---- Compression ---- */

NATIVE_FUNCTION(native_gzip)
{
    size_t length;
    int level = Z_DEFAULT_COMPRESSION;
    uint8_t *data = bytes_of(ctx, argv[0], &length), *out;
    z_stream stream;

    if (!data || (argc > 1 && !JS_IsUndefined(argv[1]) && JS_ToInt32(ctx, &level, argv[1])))
        return JS_EXCEPTION;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return throw_errno(ctx, "gzip", EINVAL);
    stream.avail_out = deflateBound(&stream, length);
    stream.next_out = out = malloc(stream.avail_out);
    stream.next_in = data;
    stream.avail_in = length;
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    out = realloc(out, stream.total_out ? stream.total_out : 1);
    return adopt_bytes(ctx, out, stream.total_out);
}

static int is_padding(const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (data[i])
            return 0;
    return 1;
}

/** `members`: gzip, possibly several members and zero padding behind them; otherwise raw deflate. */
static JSValue inflate_all(JSContext *ctx, const char *name, uint8_t *data, size_t length, size_t expected, int members)
{
    z_stream stream;
    size_t capacity = expected ? expected : length * 4 + 1024, done = 0;
    uint8_t *out = malloc(capacity);
    int status = Z_OK;

    memset(&stream, 0, sizeof stream);
    inflateInit2(&stream, members ? 15 + 16 : -15);
    stream.next_in = data;
    stream.avail_in = length;
    for (;;) {
        if (done == capacity)
            out = realloc(out, capacity += capacity / 2 + 1024);
        stream.next_out = out + done;
        stream.avail_out = capacity - done;
        status = inflate(&stream, Z_NO_FLUSH);
        done = stream.next_out - out;
        if (status == Z_STREAM_END && members && stream.avail_in && !is_padding(stream.next_in, stream.avail_in))
            inflateReset(&stream);
        else if (status == Z_OK && (stream.avail_in || !stream.avail_out))
            continue;
        else if (status == Z_BUF_ERROR && !stream.avail_out)
            continue;
        else
            break;
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END) {
        free(out);
        return throw_errno(ctx, name, EINVAL);
    }
    out = realloc(out, done ? done : 1);
    return adopt_bytes(ctx, out, done);
}

NATIVE_FUNCTION(native_gunzip)
{
    size_t length, expected = 0;
    uint8_t *data = bytes_of(ctx, argv[0], &length);

    if (!data)
        return JS_EXCEPTION;
    if (length >= 18) { /* the last member's length; a hint, so a wrong one costs only a copy */
        expected = data[length - 4] | data[length - 3] << 8 | data[length - 2] << 16 | (size_t)data[length - 1] << 24;
        if (expected / 1032 > length)
            expected = 0;
    }
    return inflate_all(ctx, "gunzip", data, length, expected, 1);
}

NATIVE_FUNCTION(native_inflateRaw)
{
    size_t length;
    uint32_t expected = 0;
    uint8_t *data = bytes_of(ctx, argv[0], &length);

    if (!data || (argc > 1 && !JS_IsUndefined(argv[1]) && JS_ToUint32(ctx, &expected, argv[1])))
        return JS_EXCEPTION;
    return inflate_all(ctx, "inflateRaw", data, length, expected, 0);
}

/* ---- base64 ---- */

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

NATIVE_FUNCTION(native_base64Encode)
{
    size_t length, out = 0;
    uint8_t *data = bytes_of(ctx, argv[0], &length);
    char *text;
    JSValue result;

    if (!data)
        return JS_EXCEPTION;
    text = malloc(length / 3 * 4 + 8);
    for (size_t i = 0; i < length; i += 3) {
        int count = length - i < 3 ? length - i : 3;
        uint32_t group = data[i] << 16 | (count > 1 ? data[i + 1] << 8 : 0) | (count > 2 ? data[i + 2] : 0);
        for (int digit = 0; digit < 4; digit++)
            text[out++] = digit <= count ? base64_digits[group >> (18 - 6 * digit) & 63] : '=';
    }
    result = JS_NewStringLen(ctx, text, out);
    free(text);
    return result;
}

NATIVE_FUNCTION(native_base64Decode)
{
    size_t length, out = 0;
    const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
    uint8_t *data;
    uint32_t group = 0;
    int bits = 0, bad = 0;

    if (!text)
        return JS_EXCEPTION;
    data = malloc(length / 4 * 3 + 4);
    for (size_t i = 0; i < length && text[i] != '='; i++) {
        const char *digit = text[i] ? strchr(base64_digits, text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]) : NULL;
        if (strchr(" \t\r\n", text[i]) && text[i])
            continue;
        if (!digit) {
            bad = 1;
            break;
        }
        group = group << 6 | (digit - base64_digits);
        if ((bits += 6) >= 8)
            data[out++] = group >> (bits -= 8);
    }
    JS_FreeCString(ctx, text);
    if (bad) {
        free(data);
        return throw_errno(ctx, "base64Decode", EINVAL);
    }
    return adopt_bytes(ctx, data, out);
}

/* ---- UTF-8 ---- */

/** @returns bytes of the valid sequence at `at`, 0 when there is none. */
static int sequence_length(const uint8_t *at, size_t left)
{
    int count = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;

    if (!count || (size_t)count > left)
        return 0;
    for (int i = 1; i < count; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) ||
        (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return count;
}

NATIVE_FUNCTION(native_utf8Decode)
{
    size_t whole, length, out = 0, i = 0;
    int64_t from = 0, count = -1;
    uint8_t *data = bytes_of(ctx, argv[0], &whole), *clean;
    JSValue result;
    int step;

    if (!data || (argc > 1 && !JS_IsUndefined(argv[1]) && JS_ToInt64(ctx, &from, argv[1])) ||
        (argc > 2 && !JS_IsUndefined(argv[2]) && JS_ToInt64(ctx, &count, argv[2])))
        return JS_EXCEPTION;
    if (from < 0 || from > (int64_t)whole || count > (int64_t)whole - from)
        return JS_ThrowRangeError(ctx, "offset and length do not lie inside %u bytes", (unsigned)whole);
    data += from;
    length = count < 0 ? whole - from : (size_t)count;
    while (i < length && (step = sequence_length(data + i, length - i)))
        i += step;
    if (i == length)
        return JS_NewStringLen(ctx, (const char *)data, length);
    clean = malloc(length * 3);
    for (i = 0; i < length; i += step ? step : 1) {
        step = sequence_length(data + i, length - i);
        memcpy(clean + out, step ? data + i : (const uint8_t *)"\xef\xbf\xbd", step ? step : 3);
        out += step ? step : 3;
    }
    result = JS_NewStringLen(ctx, (const char *)clean, out);
    free(clean);
    return result;
}

NATIVE_FUNCTION(native_utf8Encode)
{
    size_t length;
    const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
    JSValue result;

    if (!text)
        return JS_EXCEPTION;
    result = JS_NewArrayBufferCopy(ctx, (const uint8_t *)text, length);
    JS_FreeCString(ctx, text);
    return result;
}

/* ---- Passwords, random ---- */

NATIVE_FUNCTION(native_crypt)
{
    const char *password = JS_ToCString(ctx, argv[0]), *salt = JS_ToCString(ctx, argv[1]), *hash = NULL;
    struct crypt_data *work = calloc(1, sizeof *work);
    JSValue result = JS_EXCEPTION;

    if (password && salt) {
        hash = crypt_r(password, salt, work);
        result = hash && hash[0] != '*' ? JS_NewString(ctx, hash) : throw_errno(ctx, "crypt", EINVAL);
    }
    if (password)
        JS_FreeCString(ctx, password);
    if (salt)
        JS_FreeCString(ctx, salt);
    free(work);
    return result;
}

NATIVE_FUNCTION(native_random)
{
    int64_t length, done = 0;
    uint8_t *data;

    if (JS_ToInt64(ctx, &length, argv[0]))
        return JS_EXCEPTION;
    if (length < 0 || length > 1 << 20)
        return JS_ThrowRangeError(ctx, "random: 0 to 1048576 bytes");
    data = malloc(length ? length : 1);
    while (done < length) {
        ssize_t got = getrandom(data + done, length - done, 0);
        if (got > 0)
            done += got;
        else if (errno != EINTR) {
            free(data);
            return throw_errno(ctx, "getrandom", errno);
        }
    }
    return adopt_bytes(ctx, data, length);
}

static const JSCFunctionListEntry entries[] = {
    JS_CFUNC_DEF("random", 1, native_random),
    JS_CFUNC_DEF("sha256", 1, native_sha256),
    JS_CFUNC_DEF("sha1", 1, native_sha1),
    JS_CFUNC_DEF("crc32", 2, native_crc32),
    JS_CFUNC_DEF("crypt", 2, native_crypt),
    JS_CFUNC_DEF("gzip", 2, native_gzip),
    JS_CFUNC_DEF("gunzip", 1, native_gunzip),
    JS_CFUNC_DEF("inflateRaw", 2, native_inflateRaw),
    JS_CFUNC_DEF("base64Encode", 1, native_base64Encode),
    JS_CFUNC_DEF("base64Decode", 1, native_base64Decode),
    JS_CFUNC_DEF("utf8Decode", 3, native_utf8Decode),
    JS_CFUNC_DEF("utf8Encode", 1, native_utf8Encode),
};
const NativeFunctions codec_functions = { entries, COUNT_OF(entries) };
