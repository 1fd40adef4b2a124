/* trace.c - a trace, opened: both forms behind one handle
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/interrupt.h"
#include "import/lackey.h"
#include "import/pwt.h"

G_DEFINE_QUARK (pwk-trace-error-quark, pwk_trace_error)

#define READ_AHEAD 16        /* bytes that decoding may look at behind a block */

/* A trace is read from its start (text, or binary blocks one after another). A seekable one is read so just once: its blocks go into
 * an unnamed file, unless they lie in a plain file already, and from then on any of them is found by its number. */
struct _PwkTrace
{
  PwkInput       *input;          /* owned */
  bool            binary;
  PwkLackey       lackey;         /* of text */
  uint64_t        offset;         /* of binary: bytes read so far, for messages and the index */
  bool            ended;
  bool            seekable;
  int             spool;          /* file that the blocks lie in, -1 none */
  bool            spool_is_file;  /* the trace itself */
  uint64_t        spool_end;
  GArray         *blocks;         /* owned; uint64_t: where each begins in the spool */
  uint64_t        n_records;      /* read so far */
  uint8_t        *bytes;          /* owned; one block, encoded */
  PwkTraceRecord *records;        /* owned; one block, decoded */
  uint32_t        n_decoded, next;/* records in it, and the next that pwk_trace_read () gives */
  int64_t         decoded_block;  /* number of it, -1 none: what pwk_trace_at () has at hand */
};

const char *
pwk_trace_name (const PwkTrace *trace)
{
  return pwk_input_name (trace->input);
}

static bool
damaged (const PwkTrace *trace, uint64_t offset, const char *what, GError **error)
{
  g_set_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_DAMAGED, _("%s: damaged at byte %llu: %s"), pwk_trace_name (trace),
               (unsigned long long) offset, _(what));
  return false;
}

static bool
system_failed (const PwkTrace *trace, const char *what, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s: %s", pwk_trace_name (trace), _(what), g_strerror (errno));
  return false;
}

/* --- opening --- */

/* A file that nobody else can name, in the folder for temporary ones. */
static int
open_unnamed (void)
{
  g_autofree char *name = g_build_filename (g_get_tmp_dir (), "pagewalk-trace-XXXXXX", NULL);
  int fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    unlink (name);
  return fd;
}

static bool
check_header (PwkTrace *trace, const uint8_t *header, size_t size, GError **error)
{
  if (size < PWK_PWT_HEADER_SIZE)
    return damaged (trace, size, N_("the header is cut off"), error);
  if (pwk_pwt_u32 (header + 8) != PWK_PWT_VERSION)
    {
      g_set_error (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_DAMAGED, _("%s: form version %u, this program reads version %u"),
                   pwk_trace_name (trace), pwk_pwt_u32 (header + 8), PWK_PWT_VERSION);
      return false;
    }
  trace->offset = PWK_PWT_HEADER_SIZE;
  return true;
}

/* A plain binary file needs no copy to be read at any place. */
static bool
open_spool (PwkTrace *trace, const char *path, GError **error)
{
  char magic[8];

  trace->blocks = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  if (trace->binary && strcmp (path, "-") != 0)
    {
      trace->spool = open (path, O_RDONLY | O_CLOEXEC);
      if (trace->spool >= 0 && pread (trace->spool, magic, sizeof magic, 0) == sizeof magic &&
          memcmp (magic, PWK_PWT_MAGIC, sizeof magic) == 0)
        {
          trace->spool_is_file = true;
          return true;
        }
      if (trace->spool >= 0)
        close (trace->spool);
    }
  trace->spool = open_unnamed ();
  return trace->spool >= 0 || system_failed (trace, N_("cannot make a temporary file"), error);
}

PwkTrace *
pwk_trace_open (const char *path, bool seekable, GError **error)
{
  g_autoptr(PwkTrace) trace = g_new0 (PwkTrace, 1);
  uint8_t header[PWK_PWT_HEADER_SIZE];
  int64_t n;

  trace->spool = -1;
  trace->decoded_block = -1;
  trace->seekable = seekable;
  trace->input = pwk_input_open (path, error);
  if (!trace->input)
    return NULL;
  n = pwk_input_read (trace->input, header, sizeof header, error);
  if (n < 0)
    return NULL;

  trace->binary = n >= 8 && memcmp (header, PWK_PWT_MAGIC, 8) == 0;
  if (trace->binary && !check_header (trace, header, (size_t) n, error))
    return NULL;
  if (!trace->binary)
    pwk_lackey_init (&trace->lackey, trace->input, header, (size_t) n);
  if (trace->binary || seekable)
    {
      trace->bytes = g_malloc (PWK_PWT_BLOCK_HEADER + PWK_PWT_BLOCK_BYTES + READ_AHEAD);
      trace->records = g_new (PwkTraceRecord, PWK_PWT_BLOCK_RECORDS);
    }
  if (seekable && !open_spool (trace, path, error))
    return NULL;
  return g_steal_pointer (&trace);
}

void
pwk_trace_free (PwkTrace *trace)
{
  if (!trace->binary)
    pwk_lackey_clear (&trace->lackey);
  g_clear_pointer (&trace->input, pwk_input_free);
  g_clear_pointer (&trace->blocks, g_array_unref);
  if (trace->spool >= 0)
    close (trace->spool);
  g_free (trace->bytes);
  g_free (trace->records);
  g_free (trace);
}

/* --- binary blocks, one after another --- */

/* Checks the header of a block and says how many bytes follow it. */
static bool
check_block_header (const PwkTrace *trace, const uint8_t *header, uint64_t offset, uint32_t *n, uint32_t *size, GError **error)
{
  *n = pwk_pwt_u32 (header);
  *size = pwk_pwt_u32 (header + 4);
  if (*n > PWK_PWT_BLOCK_RECORDS || *size > PWK_PWT_BLOCK_BYTES || (*n == 0) != (*size == 0) ||
      (*n == 0 && pwk_pwt_u32 (header + 8) != 0) || pwk_pwt_u32 (header + 12) != 0)
    return damaged (trace, offset, N_("no block begins here"), error);
  return true;
}

static bool
decode_block (PwkTrace *trace, const uint8_t *header, uint32_t n, uint32_t size, uint64_t offset, GError **error)
{
  const uint8_t *bytes = header + PWK_PWT_BLOCK_HEADER;

  if (pwk_pwt_crc (0, bytes, size) != pwk_pwt_u32 (header + 8))
    return damaged (trace, offset, N_("the block's checksum is wrong"), error);
  if (!pwk_pwt_decode (bytes, size, trace->records, n))
    return damaged (trace, offset, N_("the block's records cannot be read"), error);
  trace->n_decoded = n;
  trace->next = 0;
  return true;
}

/* What comes after the last block must be there and agree with what was read. */
static bool
check_footer (PwkTrace *trace, uint64_t n_blocks, GError **error)
{
  uint8_t footer[PWK_PWT_FOOTER_SIZE], word[8];
  uint64_t index_at = trace->offset;
  uint32_t crc = 0;

  for (uint64_t i = 0; i < n_blocks; i++)
    {
      int64_t n = pwk_input_read (trace->input, word, sizeof word, error);

      if (n < 0)
        return false;
      trace->offset += (uint64_t) n;
      if (n != sizeof word)
        return damaged (trace, trace->offset, N_("the index is cut off"), error);
      crc = pwk_pwt_crc (crc, word, sizeof word);
    }
  switch (pwk_input_read (trace->input, footer, sizeof footer, error))
    {
    case -1:
      return false;
    case PWK_PWT_FOOTER_SIZE:
      break;
    default:
      return damaged (trace, trace->offset, N_("the footer is cut off"), error);
    }
  if (memcmp (footer + 24, PWK_PWT_END, 8) != 0 || pwk_pwt_u64 (footer) != index_at || pwk_pwt_u64 (footer + 8) != trace->n_records ||
      pwk_pwt_u32 (footer + 16) != n_blocks || pwk_pwt_u32 (footer + 20) != crc)
    return damaged (trace, trace->offset, N_("the footer does not fit what comes before it"), error);
  return true;
}

/* The next block into records. *n 0: there was none. False with @error. */
static bool
next_binary_block (PwkTrace *trace, uint32_t *n, GError **error)
{
  uint32_t size;
  int64_t got;

  *n = 0;
  if (trace->ended)
    return true;
  got = pwk_input_read (trace->input, trace->bytes, PWK_PWT_BLOCK_HEADER, error);
  if (got < 0)
    return false;
  if (got != PWK_PWT_BLOCK_HEADER)
    return damaged (trace, trace->offset + (uint64_t) got, N_("the file ends where a block should begin"), error);
  if (!check_block_header (trace, trace->bytes, trace->offset, n, &size, error))
    return false;
  if (*n == 0)
    {
      trace->offset += PWK_PWT_BLOCK_HEADER;
      trace->ended = true;
      return check_footer (trace, (trace->n_records + PWK_PWT_BLOCK_RECORDS - 1) / PWK_PWT_BLOCK_RECORDS, error);
    }
  if (trace->n_records % PWK_PWT_BLOCK_RECORDS)
    return damaged (trace, trace->offset, N_("a block follows one that is not full"), error);

  got = pwk_input_read (trace->input, trace->bytes + PWK_PWT_BLOCK_HEADER, size, error);
  if (got < 0)
    return false;
  if (got != size)
    return damaged (trace, trace->offset + PWK_PWT_BLOCK_HEADER + (uint64_t) got, N_("the file ends inside of a block"), error);
  if (!decode_block (trace, trace->bytes, *n, size, trace->offset, error))
    return false;
  trace->offset += PWK_PWT_BLOCK_HEADER + size;
  trace->n_records += *n;
  return true;
}

int64_t
pwk_trace_read (PwkTrace *trace, PwkTraceRecord *records, size_t n, GError **error)
{
  uint32_t there;

  g_return_val_if_fail (!trace->seekable, -1);
  if (!trace->binary)
    return pwk_lackey_read (&trace->lackey, records, n, error);
  if (trace->next == trace->n_decoded)
    {
      if (!next_binary_block (trace, &there, error))
        return -1;
      if (there == 0)
        return 0;
    }
  n = MIN (n, trace->n_decoded - trace->next);
  memcpy (records, trace->records + trace->next, n * sizeof *records);
  trace->next += (uint32_t) n;
  return (int64_t) n;
}

/* --- any record --- */

static bool
write_all (int fd, const uint8_t *bytes, size_t size, uint64_t offset)
{
  while (size)
    {
      ssize_t n = pwrite (fd, bytes, size, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return false;
      bytes += n;
      size -= (size_t) n;
      offset += (uint64_t) n;
    }
  return true;
}

/* Puts the block in records, of text or of a compressed file, behind the others in the spool. */
static bool
spool_block (PwkTrace *trace, uint32_t n, GError **error)
{
  size_t size = pwk_pwt_encode (trace->bytes + PWK_PWT_BLOCK_HEADER, trace->records, n);

  pwk_pwt_set_u32 (trace->bytes, n);
  pwk_pwt_set_u32 (trace->bytes + 4, (uint32_t) size);
  pwk_pwt_set_u32 (trace->bytes + 8, pwk_pwt_crc (0, trace->bytes + PWK_PWT_BLOCK_HEADER, size));
  pwk_pwt_set_u32 (trace->bytes + 12, 0);
  if (!write_all (trace->spool, trace->bytes, PWK_PWT_BLOCK_HEADER + size, trace->spool_end))
    return system_failed (trace, N_("cannot write to a temporary file"), error);
  g_array_append_val (trace->blocks, trace->spool_end);
  trace->spool_end += PWK_PWT_BLOCK_HEADER + size;
  return true;
}

/* A block's worth of text. */
static bool
next_text_block (PwkTrace *trace, uint32_t *n, GError **error)
{
  *n = 0;
  while (!trace->ended && *n < PWK_PWT_BLOCK_RECORDS)
    {
      int64_t got = pwk_lackey_read (&trace->lackey, trace->records + *n, PWK_PWT_BLOCK_RECORDS - *n, error);

      if (got < 0)
        return false;
      trace->ended = got == 0;
      *n += (uint32_t) got;
    }
  trace->n_records += *n;
  trace->n_decoded = *n;
  return true;
}

/* Reads one more block and notes where it is. *more false: the trace is at its end. */
static bool
index_next (PwkTrace *trace, bool *more, GError **error)
{
  uint64_t offset = trace->offset;
  uint32_t n;

  trace->decoded_block = -1;
  if (!pwk_interrupt_check (pwk_trace_name (trace), error))
    return false;
  if (!(trace->binary ? next_binary_block (trace, &n, error) : next_text_block (trace, &n, error)))
    return false;
  *more = n > 0;
  if (!*more)
    return true;
  if (trace->spool_is_file)
    g_array_append_val (trace->blocks, offset);
  else if (!spool_block (trace, n, error))
    return false;
  trace->decoded_block = (int64_t) trace->blocks->len - 1;
  return true;
}

static bool
load_block (PwkTrace *trace, uint64_t block, GError **error)
{
  uint64_t offset = g_array_index (trace->blocks, uint64_t, block);
  ssize_t got = pread (trace->spool, trace->bytes, PWK_PWT_BLOCK_HEADER + PWK_PWT_BLOCK_BYTES, (off_t) offset);
  uint32_t n, size;

  trace->decoded_block = -1;
  if (got < 0)
    return system_failed (trace, N_("cannot be read again"), error);
  if (got < PWK_PWT_BLOCK_HEADER || !check_block_header (trace, trace->bytes, offset, &n, &size, NULL) ||
      got < (ssize_t) (PWK_PWT_BLOCK_HEADER + size))
    return damaged (trace, offset, N_("the block was there when it was first read"), error);
  if (!decode_block (trace, trace->bytes, n, size, offset, error))
    return false;
  trace->decoded_block = (int64_t) block;
  return true;
}

bool
pwk_trace_at (PwkTrace *trace, uint64_t index, PwkTraceRecord *record, GError **error)
{
  uint64_t block = index / PWK_PWT_BLOCK_RECORDS;
  uint32_t at = index % PWK_PWT_BLOCK_RECORDS;
  bool more = true;

  g_return_val_if_fail (trace->seekable, false);
  while (more && trace->blocks->len <= block)
    if (!index_next (trace, &more, error))
      return false;
  if (block >= trace->blocks->len)
    return false;
  if (trace->decoded_block != (int64_t) block && !load_block (trace, block, error))
    return false;
  if (at >= trace->n_decoded)
    return false;
  *record = trace->records[at];
  return true;
}

int64_t
pwk_trace_length (PwkTrace *trace, GError **error)
{
  bool more = true;

  g_return_val_if_fail (trace->seekable, -1);
  while (more)
    if (!index_next (trace, &more, error))
      return -1;
  return (int64_t) trace->n_records;
}
