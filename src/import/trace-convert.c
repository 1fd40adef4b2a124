/* trace-convert.c - a trace from one form into another
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/trace.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "files/save.h"
#include "import/lackey.h"
#include "import/pwt.h"

#define BUFFER_SIZE ((size_t) 1 << 20)
#define ZSTD_LEVEL  9

typedef enum { PACK_PLAIN, PACK_GZIP, PACK_ZSTD } Packing;

/* Where the bytes go: a file, by way of a compressor. */
typedef struct
{
  const char *path;          /* borrowed */
  FILE       *file;          /* owned; NULL when gzip has it */
  gzFile      gzip;
  ZSTD_CCtx  *zstd;          /* owned */
  uint8_t    *packed;        /* owned; zstd's output */
  Packing     packing;
  uint64_t    written;       /* bytes before compressing */
  PwkSave    *save;          /* owned; NULL for standard output */
} Output;

static bool
output_failed (const Output *output, GError **error)
{
  int code = errno ? errno : EIO;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", output->path, g_strerror (code));
  return false;
}

static bool
output_open (Output *output, const char *path, GError **error)
{
  int fd;

  *output = (Output) { .path = path };
  output->packing = g_str_has_suffix (path, ".gz") ? PACK_GZIP : g_str_has_suffix (path, ".zst") ? PACK_ZSTD : PACK_PLAIN;
  if (strcmp (path, "-") == 0)
    output->file = stdout;
  else
    {
      output->save = pwk_save_begin (path, error);
      fd = output->save ? pwk_save_dup_fd (output->save, error) : -1;
      if (fd < 0)
        {
          g_clear_pointer (&output->save, pwk_save_abandon);
          return false;
        }
      if (output->packing == PACK_GZIP)
        {
          output->gzip = gzdopen (fd, "wb6");
          return true;
        }
      output->file = fdopen (fd, "wb");
    }
  if (output->packing == PACK_ZSTD)
    {
      output->zstd = ZSTD_createCCtx ();
      output->packed = g_malloc (BUFFER_SIZE);
      ZSTD_CCtx_setParameter (output->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
      ZSTD_CCtx_setParameter (output->zstd, ZSTD_c_checksumFlag, 1);
    }
  return true;
}

static bool
zstd_write (Output *output, const void *bytes, size_t size, ZSTD_EndDirective mode)
{
  ZSTD_inBuffer in = { bytes, size, 0 };
  size_t left;

  do
    {
      ZSTD_outBuffer out = { output->packed, BUFFER_SIZE, 0 };

      left = ZSTD_compressStream2 (output->zstd, &out, &in, mode);
      if (ZSTD_isError (left) || fwrite (output->packed, 1, out.pos, output->file) != out.pos)
        return false;
    }
  while (mode == ZSTD_e_end ? left != 0 : in.pos < in.size);
  return true;
}

static bool
output_write (Output *output, const void *bytes, size_t size, GError **error)
{
  bool ok;

  errno = 0;
  output->written += size;
  if (size == 0)
    return true;
  if (output->packing == PACK_GZIP)
    ok = gzwrite (output->gzip, bytes, (unsigned) size) == (int) size;
  else if (output->packing == PACK_ZSTD)
    ok = zstd_write (output, bytes, size, ZSTD_e_continue);
  else
    ok = fwrite (bytes, 1, size, output->file) == size;
  return ok || output_failed (output, error);
}

/* Ends the file; one that is not complete is given up, and what was there before stays. */
static bool
output_close (Output *output, bool complete, GError **error)
{
  bool ok = true;

  errno = 0;
  if (output->zstd && complete)
    ok = zstd_write (output, NULL, 0, ZSTD_e_end);
  if (output->gzip)
    ok = gzclose (output->gzip) == Z_OK;
  else if (output->file == stdout)
    ok = fflush (stdout) == 0 && ok;
  else if (output->file)
    ok = fclose (output->file) == 0 && ok;
  ZSTD_freeCCtx (output->zstd);
  g_free (output->packed);
  if (!ok)
    output_failed (output, error);
  if (ok && complete && output->save)
    return pwk_save_commit (g_steal_pointer (&output->save), error);
  g_clear_pointer (&output->save, pwk_save_abandon);
  return ok;
}

/* --- the forms --- */

typedef struct
{
  Output         output;
  bool           binary;
  PwkTraceRecord records[PWK_PWT_BLOCK_RECORDS];
  uint32_t       n;                               /* of them */
  uint64_t       n_records;                       /* written, and these */
  GArray        *index;                           /* owned; uint64_t */
  uint8_t        bytes[PWK_PWT_BLOCK_HEADER + PWK_PWT_BLOCK_BYTES];
} Writer;

static bool
write_block (Writer *writer, GError **error)
{
  size_t size = pwk_pwt_encode (writer->bytes + PWK_PWT_BLOCK_HEADER, writer->records, writer->n);

  pwk_pwt_set_u32 (writer->bytes, writer->n);
  pwk_pwt_set_u32 (writer->bytes + 4, (uint32_t) size);
  pwk_pwt_set_u32 (writer->bytes + 8, pwk_pwt_crc (0, writer->bytes + PWK_PWT_BLOCK_HEADER, size));
  pwk_pwt_set_u32 (writer->bytes + 12, 0);
  g_array_append_val (writer->index, writer->output.written);
  return output_write (&writer->output, writer->bytes, PWK_PWT_BLOCK_HEADER + size, error);
}

static bool
write_text (Writer *writer, GError **error)
{
  char *text = (char *) writer->bytes;
  size_t size = 0;

  for (uint32_t i = 0; i < writer->n; i++)
    {
      size += pwk_lackey_write (text + size, &writer->records[i]);
      if (size > sizeof writer->bytes - 64 || i + 1 == writer->n)
        {
          if (!output_write (&writer->output, text, size, error))
            return false;
          size = 0;
        }
    }
  return true;
}

static bool
flush_records (Writer *writer, GError **error)
{
  bool ok = writer->n == 0 || (writer->binary ? write_block (writer, error) : write_text (writer, error));

  writer->n_records += writer->n;
  writer->n = 0;
  return ok;
}

static bool
write_header (Writer *writer, GError **error)
{
  uint8_t header[PWK_PWT_HEADER_SIZE] = PWK_PWT_MAGIC;

  if (!writer->binary)
    return true;
  pwk_pwt_set_u32 (header + 8, PWK_PWT_VERSION);
  pwk_pwt_set_u32 (header + 12, 0);
  return output_write (&writer->output, header, sizeof header, error);
}

static bool
write_footer (Writer *writer, GError **error)
{
  static const uint8_t no_block[PWK_PWT_BLOCK_HEADER];
  uint32_t n_blocks = writer->index->len;
  g_autofree uint8_t *index = g_malloc0 ((size_t) n_blocks * 8 + 8);
  uint8_t footer[PWK_PWT_FOOTER_SIZE];

  if (!writer->binary)
    return true;
  if (!output_write (&writer->output, no_block, sizeof no_block, error))
    return false;
  for (uint32_t i = 0; i < n_blocks; i++)
    pwk_pwt_set_u64 (index + 8 * i, g_array_index (writer->index, uint64_t, i));
  pwk_pwt_set_u64 (footer, writer->output.written);
  pwk_pwt_set_u64 (footer + 8, writer->n_records);
  pwk_pwt_set_u32 (footer + 16, n_blocks);
  pwk_pwt_set_u32 (footer + 20, pwk_pwt_crc (0, index, (size_t) n_blocks * 8));
  memcpy (footer + 24, PWK_PWT_END, 8);
  return output_write (&writer->output, index, (size_t) n_blocks * 8, error) && output_write (&writer->output, footer, sizeof footer, error);
}

static bool
copy_records (Writer *writer, PwkTrace *trace, GError **error)
{
  for (;;)
    {
      int64_t n = pwk_trace_read (trace, writer->records + writer->n, PWK_PWT_BLOCK_RECORDS - writer->n, error);

      if (n < 0)
        return false;
      if (n == 0)
        return flush_records (writer, error);
      writer->n += (uint32_t) n;
      if (writer->n == PWK_PWT_BLOCK_RECORDS && !flush_records (writer, error))
        return false;
    }
}

/* The form that a name asks for, whatever it is packed with. */
static bool
wants_binary (const char *path)
{
  return g_str_has_suffix (path, ".pwt") || g_str_has_suffix (path, ".pwt.gz") || g_str_has_suffix (path, ".pwt.zst");
}

/* Writing would destroy what is still to be read. */
static bool
is_same_file (const char *in, const char *out)
{
  struct stat a, b;

  return strcmp (in, "-") != 0 && strcmp (out, "-") != 0 && stat (in, &a) == 0 && stat (out, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

bool
pwk_trace_convert (const char *in, const char *out, uint64_t *n_records, GError **error)
{
  g_autoptr(PwkTrace) trace = pwk_trace_open (in, false, error);
  Writer *writer;
  bool ok;

  if (!trace)
    return false;
  if (is_same_file (in, out))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _("%s: is the file that is read"), out);
      return false;
    }
  writer = g_new0 (Writer, 1);
  writer->index = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  writer->binary = wants_binary (out);
  ok = output_open (&writer->output, out, error);
  if (ok)
    {
      ok = write_header (writer, error) && copy_records (writer, trace, error) && write_footer (writer, error);
      ok = output_close (&writer->output, ok, ok ? error : NULL) && ok;
    }
  if (n_records)
    *n_records = writer->n_records;
  g_array_unref (writer->index);
  g_free (writer);
  return ok;
}
