/* test-lackey.c - the text of lackey: what is taken, what is refused, packed and not
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "import/trace.h"

/* A file of these bytes, to be removed. */
static char *
write_file (const void *bytes, size_t size)
{
  g_autoptr(GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("pagewalk-test-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (write (fd, bytes, size), ==, (gssize) size);
  close (fd);
  return path;
}

/* All records of the file, and what ended the reading. */
static GArray *
read_all (const char *path, GError **error)
{
  g_autoptr(PwkTrace) trace = pwk_trace_open (path, false, error);
  GArray *records = g_array_new (FALSE, FALSE, sizeof (PwkTraceRecord));
  PwkTraceRecord some[7];
  int64_t n;

  if (!trace)
    return records;
  while ((n = pwk_trace_read (trace, some, G_N_ELEMENTS (some), error)) > 0)
    g_array_append_vals (records, some, (guint) n);
  return records;
}

static GArray *
read_text (const char *text, GError **error)
{
  g_autofree char *path = write_file (text, strlen (text));
  GArray *records = read_all (path, error);

  g_unlink (path);
  return records;
}

static void
assert_records (const GArray *records, const PwkTraceRecord *expected, guint n)
{
  g_assert_cmpuint (records->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const PwkTraceRecord *record = &g_array_index (records, PwkTraceRecord, i);

      g_assert_cmphex (record->addr, ==, expected[i].addr);
      g_assert_cmpuint (record->size, ==, expected[i].size);
      g_assert_cmpuint (record->kind, ==, expected[i].kind);
    }
}

static void
test_lines (void)
{
  static const PwkTraceRecord expected[] = {
    { 0x400ffe, 4, PWK_TRACE_INSTR }, { 0x1fff000ffc, 8, PWK_TRACE_LOAD }, { 0xffffffffffffffff, 1, PWK_TRACE_STORE },
    { 0xabcdef, 4294967295u, PWK_TRACE_MODIFY }, { 0, 1, PWK_TRACE_LOAD }, { 0x10, 16, PWK_TRACE_INSTR },
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) records = read_text ("==12== Lackey, an example\n==\nI  00400ffe,4\n L 1fff000ffc,8\r\n\n\r\n S ffffffffffffffff,1\n"
                                         " M AbCdEf,4294967295\n L 0,1\n==1== end\nI  0000000000000010,16", &error);

  g_assert_no_error (error);
  assert_records (records, expected, G_N_ELEMENTS (expected));
}

/* What DynamoRIO prints, of this year's version and of older ones: accesses are read, what stands around them is not, and neither are
 * prefetches and flushes, which cannot fault. */
static void
test_drcachesim (void)
{
  static const PwkTraceRecord expected[] = {
    { 0x7f8a5c0e2b40, 3, PWK_TRACE_INSTR }, { 0x7ffd5a1c9e38, 8, PWK_TRACE_STORE }, { 0x7f8a5c0e2b43, 5, PWK_TRACE_INSTR },
    { 0x7f8a5c10a000, 16, PWK_TRACE_LOAD }, { 0x401020, 2, PWK_TRACE_INSTR },
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) records = read_text (
    "Output format:\n<--record#-> <--instr#->: <---tid---> <record details>\n------------------------------------------------------------\n"
    "           1           0:        4711 <marker: version 6>\n"
    "           8           1:        4711 ifetch       3 byte(s) @ 0x00007f8a5c0e2b40 48 89 e7             mov    %rsp, %rdi\n"
    "           9           1:        4711 write        8 byte(s) @ 0x00007ffd5a1c9e38 by PC 0x00007f8a5c0e2b40\n"
    "          10           2:        4711 ifetch       5 byte(s) @ 0x00007f8a5c0e2b43 e8 88 00 00 00       call   $0x00007f8a\n"
    "          11           2:        4711 prefetch    64 byte(s) @ 0x0000000000000040 by PC 0x00007f8a5c0e2b43\n"
    "------------------------------------------------------------\n"
    "          12           2:        4712 read        16 byte(s) @ 0x00007f8a5c10a000 by PC 0x00007f8a5c0e2b48\r\n"
    "T4712 ifetch 2 byte(s) @ 0x0000000000401020 non-branch\n\n"
    "View tool results:\n               3 : total instructions\n", &error);

  g_assert_no_error (error);
  assert_records (records, expected, G_N_ELEMENTS (expected));
}

/* Each is refused with its line and what was wrong. */
static void
test_errors (void)
{
  static const struct { const char *line, *what; unsigned column; } bad[] = {
    { "X  400,4", "expected “I  ”, “ L ”, “ S ” or “ M ” before an address", 1 },
    { "I 400,4", "expected “I  ”, “ L ”, “ S ” or “ M ” before an address", 1 },
    { " I 400,4", "expected “I  ”, “ L ”, “ S ” or “ M ” before an address", 1 },
    { "L  400,4", "expected “I  ”, “ L ”, “ S ” or “ M ” before an address", 1 },
    { "=", "expected “I  ”, “ L ”, “ S ” or “ M ” before an address", 1 },
    { " ", "expected “I  ”, “ L ”, “ S ” or “ M ” before an address", 1 },
    { " L ", "expected an address in hexadecimal", 4 },
    { " L ,4", "expected an address in hexadecimal", 4 },
    { " L 0x400,4", "expected a comma after the address", 5 },
    { " L 400", "expected a comma after the address", 7 },
    { " L 400 ,4", "expected a comma after the address", 7 },
    { " L 00000000000000400,4", "an address has at most 16 digits", 21 },
    { " L 400,", "expected a size in decimal", 8 },
    { " L 400,-4", "expected a size in decimal", 8 },
    { " L 400, 4", "expected a size in decimal", 8 },
    { " L 400,4 ", "nothing may follow the size", 9 },
    { " L 400,0x4", "nothing may follow the size", 9 },
    { " L 400,4\r", NULL, 1 },
    { " L 400,0", "a size is at least 1", 8 },
    { " L 400,4294967296", "a size is less than 4 GiB", 8 },
    { " L 400,99999999999999999999999", "a size is less than 4 GiB", 8 },
    { " 4711 jump 4 byte(s) @ 0x400", "expected “ifetch”, “read” or “write” before the size", 1 },
    { " 4711 read byte(s) @ 0x400", "expected a size in decimal", 1 },
    { " 4711 read 0 byte(s) @ 0x400", "expected a size in decimal", 1 },
    { " 4711 read 5000000000 byte(s) @ 0x400", "expected a size in decimal", 1 },
    { " 4711 read 4 byte(s) @ 0x", "expected an address in hexadecimal", 1 },
    { " read 4 byte(s) @ 0xffffffffffffffff by", "the access reaches beyond the end of the address space", 1 },
    { " L ffffffffffffffff,2", "the access reaches beyond the end of the address space", 4 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (bad); i++)
    for (unsigned last = 0; last < 2; last++)
      {
        g_autofree char *text = g_strdup_printf ("I  400,4\n\n%s%s", bad[i].line, last ? "" : "\nI  400,4\n");
        g_autofree char *path = write_file (text, strlen (text));
        g_autofree char *shown = g_strescape (bad[i].line, NULL);
        g_autofree char *message = g_strdup_printf ("%s:3:%u: %s: “%s”", path, bad[i].column, bad[i].what, shown);
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) records = read_all (path, &error);

        g_unlink (path);
        if (!bad[i].what)
          {
            g_assert_no_error (error);
            continue;
          }
        g_assert_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_SYNTAX);
        g_assert_cmpstr (error->message, ==, message);
      }
}

/* A line that does not end, longer than any buffer; bytes that are no text; nothing at all; no file. */
static void
test_odd_files (void)
{
  g_autofree char *endless = g_strnfill (2 << 20, 'a');
  g_autofree char *binary = write_file ("I  1,1\n\0\1\2\n", 11);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) none = read_text (endless, &error), some = NULL, empty = NULL, missing = NULL;

  g_assert_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, ":1:1: a line without end"));
  g_clear_error (&error);
  some = read_all (binary, &error);
  g_assert_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_SYNTAX);
  g_clear_error (&error);
  g_unlink (binary);
  empty = read_text ("", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (empty->len, ==, 0);
  missing = read_all ("/nonexistent/trace", &error);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static char *
long_text (unsigned n)
{
  GString *text = g_string_new ("==1== header\n");

  for (unsigned i = 0; i < n; i++)
    g_string_append_printf (text, "%s%08x,%u\n", i % 3 ? " L " : "I  ", i * 37, i % 8 + 1);
  return g_string_free (text, FALSE);
}

static void
check_long (const char *path, unsigned n)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) records = read_all (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (records->len, ==, n);
  for (unsigned i = 0; i < n; i++)
    {
      g_assert_cmphex (g_array_index (records, PwkTraceRecord, i).addr, ==, i * 37);
      g_assert_cmpuint (g_array_index (records, PwkTraceRecord, i).size, ==, i % 8 + 1);
    }
}

/* The same text plain, by gzip and by zstd, longer than the buffers; cut off, the packed ones say so. */
static void
test_packed (void)
{
  const unsigned n = 200000;
  g_autofree char *text = long_text (n);
  size_t size = strlen (text), zstd_bound = ZSTD_compressBound (size), zstd_size;
  uLongf gzip_size;
  g_autofree char *zstd = g_malloc (zstd_bound);
  g_autofree uint8_t *gzip = NULL;
  g_autofree char *plain_path = write_file (text, size);
  g_autofree char *zstd_path = NULL, *gzip_path = NULL, *cut_zstd = NULL, *cut_gzip = NULL;
  z_stream stream = { 0 };

  check_long (plain_path, n);
  zstd_size = ZSTD_compress (zstd, zstd_bound, text, size, 3);
  zstd_path = write_file (zstd, zstd_size);
  check_long (zstd_path, n);
  cut_zstd = write_file (zstd, zstd_size / 2);

  g_assert_cmpint (deflateInit2 (&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  gzip_size = deflateBound (&stream, size);
  gzip = g_malloc (gzip_size);
  stream.next_in = (Bytef *) text;
  stream.avail_in = (uInt) size;
  stream.next_out = gzip;
  stream.avail_out = (uInt) gzip_size;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  gzip_path = write_file (gzip, stream.total_out);
  check_long (gzip_path, n);
  cut_gzip = write_file (gzip, stream.total_out / 2);
  deflateEnd (&stream);

  for (unsigned i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GArray) records = read_all (i ? cut_gzip : cut_zstd, &error);

      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, "ends too early"));
    }
  g_unlink (plain_path);
  g_unlink (zstd_path);
  g_unlink (gzip_path);
  g_unlink (cut_zstd);
  g_unlink (cut_gzip);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/lackey/lines", test_lines);
  g_test_add_func ("/import/lackey/drcachesim", test_drcachesim);
  g_test_add_func ("/import/lackey/errors", test_errors);
  g_test_add_func ("/import/lackey/odd-files", test_odd_files);
  g_test_add_func ("/import/lackey/packed", test_packed);
  return g_test_run ();
}
