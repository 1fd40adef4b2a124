/* test-pwt.c - the binary form: there and back, any record, damage
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "seed.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "import/pwt.h"
#include "import/trace.h"

static uint64_t seed;

static uint64_t
next_random (void)
{
  seed ^= seed >> 12;
  seed ^= seed << 25;
  seed ^= seed >> 27;
  return seed * 0x2545f4914f6cdd1dull;
}

/* Records as programs make them, and some as none does: sizes and distances of all widths. */
static GArray *
make_records (unsigned n)
{
  GArray *records = g_array_new (FALSE, FALSE, sizeof (PwkTraceRecord));
  uint64_t places[2] = { 0x400000, 0x7fff000000 };

  for (unsigned i = 0; i < n; i++)
    {
      PwkTraceRecord record = { .kind = (uint32_t) (next_random () % 4) };
      uint64_t *place = &places[record.kind != PWK_TRACE_INSTR];
      unsigned width = (unsigned) (next_random () % 65);

      record.size = next_random () % 50 ? (uint32_t) 1 << next_random () % 8 : (uint32_t) next_random () | 1;
      if (next_random () % 4 == 0)
        *place += width == 64 ? next_random () : next_random () & (((uint64_t) 1 << width) - 1);
      if (*place + record.size - 1 < *place)
        *place = 0;
      record.addr = *place;
      *place += record.size;
      g_array_append_val (records, record);
    }
  return records;
}

static void
assert_same (const PwkTraceRecord *a, const PwkTraceRecord *b)
{
  g_assert_cmphex (a->addr, ==, b->addr);
  g_assert_cmpuint (a->size, ==, b->size);
  g_assert_cmpuint (a->kind, ==, b->kind);
}

static char *
temporary (const char *ending)
{
  static unsigned n;
  g_autofree char *name = g_strdup_printf ("pagewalk-test-%u-%u%s", (unsigned) getpid (), n++, ending);

  return g_build_filename (g_get_tmp_dir (), name, NULL);
}

/* Every block of any records reads back to them. */
static void
test_codec (void)
{
  g_autofree uint8_t *bytes = g_malloc (1000 * PWK_PWT_RECORD_MAX + 16);
  PwkTraceRecord back[1000];

  for (unsigned round = 0; round < 200; round++)
    {
      g_autoptr(GArray) records = make_records (1000);
      size_t size = pwk_pwt_encode (bytes, (const PwkTraceRecord *) records->data, 1000);

      g_assert_cmpuint (size, <=, 1000 * PWK_PWT_RECORD_MAX);
      g_assert_true (pwk_pwt_decode (bytes, size, back, 1000));
      for (unsigned i = 0; i < 1000; i++)
        assert_same (&back[i], &g_array_index (records, PwkTraceRecord, i));
      g_assert_false (pwk_pwt_decode (bytes, size - 1, back, 1000));
      g_assert_false (pwk_pwt_decode (bytes, size, back, 999));
    }
}

/* Any bytes are either records or refused, never read beyond. */
static void
test_noise (void)
{
  uint8_t bytes[256 + 16];
  PwkTraceRecord back[300];

  for (unsigned round = 0; round < 20000; round++)
    {
      for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t) (next_random () >> 32);
      pwk_pwt_decode (bytes, next_random () % 257, back, (uint32_t) (next_random () % 300));
    }
}

static void
write_text (const char *path, const GArray *records)
{
  static const char *const starts[] = { "I  ", " L ", " S ", " M " };
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  for (unsigned i = 0; i < records->len; i++)
    {
      const PwkTraceRecord *record = &g_array_index (records, PwkTraceRecord, i);
      g_string_append_printf (text, "%s%" G_GINT64_MODIFIER "x,%u\n", starts[record->kind], record->addr, record->size);
    }
  g_file_set_contents (path, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
}

static void
assert_holds (const char *path, const GArray *records)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkTrace) trace = pwk_trace_open (path, false, &error);
  PwkTraceRecord some[1000];
  unsigned done = 0;
  int64_t n;

  g_assert_no_error (error);
  while ((n = pwk_trace_read (trace, some, G_N_ELEMENTS (some), &error)) > 0)
    for (int64_t i = 0; i < n; i++)
      assert_same (&some[i], &g_array_index (records, PwkTraceRecord, done++));
  g_assert_no_error (error);
  g_assert_cmpuint (done, ==, records->len);
}

/* Text to binary to packed binary to packed text and back: the same records at each stop, around the ends of blocks. */
static void
test_convert (void)
{
  static const unsigned sizes[] = { 0, 1, 65535, 65536, 65537, 200000 };
  static const char *const endings[] = { ".txt", ".pwt", ".pwt.zst", ".lackey.gz", ".pwt.gz", ".lackey.zst", ".lackey" };

  for (unsigned s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autoptr(GArray) records = make_records (sizes[s]);
      g_autofree char *from = temporary (endings[0]);

      write_text (from, records);
      for (unsigned i = 1; i < G_N_ELEMENTS (endings); i++)
        {
          g_autofree char *to = temporary (endings[i]);
          g_autoptr(GError) error = NULL;
          uint64_t n;

          g_assert_true (pwk_trace_convert (from, to, &n, &error));
          g_assert_no_error (error);
          g_assert_cmpuint (n, ==, sizes[s]);
          assert_holds (to, records);
          g_unlink (from);
          g_free (from);
          from = g_steal_pointer (&to);
        }
      g_unlink (from);
    }
}

/* Records by number, forwards, backwards and anywhere, of all forms. */
static void
test_seek (void)
{
  static const char *const endings[] = { ".lackey", ".lackey.zst", ".pwt", ".pwt.gz" };
  g_autoptr(GArray) records = make_records (150000);
  g_autofree char *text = temporary (".txt");

  write_text (text, records);
  for (unsigned i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = temporary (endings[i]);
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkTrace) trace = NULL;
      PwkTraceRecord record;

      g_assert_true (pwk_trace_convert (text, path, NULL, &error));
      trace = pwk_trace_open (path, true, &error);
      g_assert_no_error (error);
      for (unsigned step = 0; step < 300; step++)
        {
          uint64_t index = step < 100 ? step : step < 200 ? 65636 - step : next_random () % records->len;

          g_assert_true (pwk_trace_at (trace, index, &record, &error));
          assert_same (&record, &g_array_index (records, PwkTraceRecord, index));
        }
      g_assert_false (pwk_trace_at (trace, records->len, &record, &error));
      g_assert_false (pwk_trace_at (trace, UINT64_MAX, &record, &error));
      g_assert_no_error (error);
      g_assert_cmpint (pwk_trace_length (trace, &error), ==, records->len);
      g_assert_true (pwk_trace_at (trace, records->len - 1, &record, &error));
      g_unlink (path);
    }
  g_unlink (text);
}

static char *
error_of (const uint8_t *bytes, size_t size)
{
  g_autofree char *path = temporary (".pwt");
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkTrace) trace = NULL;
  PwkTraceRecord some[1000];
  int64_t n = 1;

  g_assert_true (g_file_set_contents (path, (const char *) bytes, (gssize) size, NULL));
  trace = pwk_trace_open (path, false, &error);
  while (trace && n > 0)
    n = pwk_trace_read (trace, some, G_N_ELEMENTS (some), &error);
  g_unlink (path);
  return error ? g_strdup (error->message) : NULL;
}

/* Cut off anywhere, or with any bit of its blocks turned, the file is refused and the message says where. */
static void
test_damage (void)
{
  g_autoptr(GArray) records = make_records (300);
  g_autofree char *text = temporary (".txt"), *path = temporary (".pwt"), *whole = NULL;
  g_autofree uint8_t *bytes = NULL;
  g_autoptr(GError) error = NULL;
  size_t size;

  write_text (text, records);
  g_assert_true (pwk_trace_convert (text, path, NULL, &error));
  g_assert_true (g_file_get_contents (path, (char **) &bytes, &size, &error));
  g_unlink (text);
  g_unlink (path);
  whole = error_of (bytes, size);
  g_assert_null (whole);

  for (size_t cut = 8; cut < size; cut += cut < 64 || cut + 80 > size ? 1 : 37)
    {
      g_autofree char *message = error_of (bytes, cut);

      g_assert_nonnull (message);
      g_assert_nonnull (strstr (message, "damaged at byte"));
    }
  for (unsigned i = 0; i < 400; i++)
    {
      size_t at = PWK_PWT_HEADER_SIZE + next_random () % (size - PWK_PWT_HEADER_SIZE - PWK_PWT_FOOTER_SIZE - 8);
      uint8_t bit = (uint8_t) (1 << next_random () % 8);
      g_autofree char *message = NULL;

      bytes[at] ^= bit;
      message = error_of (bytes, size);
      g_assert_nonnull (message);
      bytes[at] ^= bit;
    }

  bytes[8] = 9;
  whole = error_of (bytes, size);
  g_assert_nonnull (strstr (whole, "form version 9, this program reads version 1"));
}

/* A file is not written over itself; an output that cannot be finished is removed. */
static void
test_convert_errors (void)
{
  g_autofree char *text = temporary (".txt"), *out = temporary (".pwt");
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (text, "I  400,4\nnonsense\n", -1, NULL));
  g_assert_false (pwk_trace_convert (text, text, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
  g_clear_error (&error);
  g_assert_false (pwk_trace_convert (text, out, NULL, &error));
  g_assert_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, ":2:1: "));
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_false (pwk_trace_convert (text, "/nonexistent/out.pwt", NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_unlink (text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  seed = test_seed ();
  g_test_add_func ("/import/pwt/codec", test_codec);
  g_test_add_func ("/import/pwt/noise", test_noise);
  g_test_add_func ("/import/pwt/convert", test_convert);
  g_test_add_func ("/import/pwt/seek", test_seek);
  g_test_add_func ("/import/pwt/damage", test_damage);
  g_test_add_func ("/import/pwt/convert-errors", test_convert_errors);
  return g_test_run ();
}
