/* input.c - bytes of a file as they were before gzip or zstd
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define RAW_SIZE ((size_t) 256 << 10)

typedef enum { FORM_PLAIN, FORM_GZIP, FORM_ZSTD } Form;

struct _PwkInput
{
  char         *name;
  int           fd;
  bool          raw_ended;
  Form          form;
  uint8_t      *raw;          /* owned; bytes of the file not yet used are [at, end) */
  size_t        at, end;
  z_stream      gzip;
  ZSTD_DStream *zstd;         /* owned */
  bool          in_frame;     /* the compressed stream has begun and not ended */
};

const char *
pwk_input_name (const PwkInput *input)
{
  return input->name;
}

/* Reads on from the file into the empty rest of raw. False with @error. */
static bool
refill (PwkInput *input, GError **error)
{
  if (input->at == input->end)
    input->at = input->end = 0;
  while (!input->raw_ended && input->end < RAW_SIZE)
    {
      ssize_t n = read (input->fd, input->raw + input->end, RAW_SIZE - input->end);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", input->name, g_strerror (errno));
          return false;
        }
      if (n == 0)
        input->raw_ended = true;
      input->end += (size_t) n;
      if (input->end >= 4)
        break;
    }
  return true;
}

static bool
begin (PwkInput *input, GError **error)
{
  static const uint8_t zstd_magic[] = { 0x28, 0xb5, 0x2f, 0xfd }, gzip_magic[] = { 0x1f, 0x8b };

  if (!refill (input, error))
    return false;
  if (input->end >= sizeof zstd_magic && memcmp (input->raw, zstd_magic, sizeof zstd_magic) == 0)
    {
      input->form = FORM_ZSTD;
      input->zstd = ZSTD_createDStream ();
      g_assert (input->zstd != NULL);
    }
  else if (input->end >= sizeof gzip_magic && memcmp (input->raw, gzip_magic, sizeof gzip_magic) == 0)
    {
      input->form = FORM_GZIP;
      g_assert (inflateInit2 (&input->gzip, 15 + 32) == Z_OK);
    }
  return true;
}

PwkInput *
pwk_input_open (const char *path, GError **error)
{
  g_autoptr(PwkInput) input = g_new0 (PwkInput, 1);
  bool is_stdin = strcmp (path, "-") == 0;

  input->name = g_strdup (is_stdin ? "<stdin>" : path);
  input->fd = is_stdin ? dup (STDIN_FILENO) : open (path, O_RDONLY | O_CLOEXEC);
  if (input->fd < 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", input->name, g_strerror (errno));
      return NULL;
    }
  input->raw = g_malloc (RAW_SIZE);
  if (!begin (input, error))
    return NULL;
  return g_steal_pointer (&input);
}

void
pwk_input_free (PwkInput *input)
{
  if (input->form == FORM_GZIP)
    inflateEnd (&input->gzip);
  ZSTD_freeDStream (input->zstd);
  if (input->fd >= 0)
    close (input->fd);
  g_free (input->raw);
  g_free (input->name);
  g_free (input);
}

static bool
damaged (const PwkInput *input, const char *what, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", input->name, what);
  return false;
}

/* Each takes from raw what it can and gives up to @size bytes, *@given of them. */
static bool
give_plain (PwkInput *input, uint8_t *bytes, size_t size, size_t *given)
{
  *given = MIN (size, input->end - input->at);
  memcpy (bytes, input->raw + input->at, *given);
  input->at += *given;
  return true;
}

static bool
give_gzip (PwkInput *input, uint8_t *bytes, size_t size, size_t *given, GError **error)
{
  int status;

  input->gzip.next_in = input->raw + input->at;
  input->gzip.avail_in = (uInt) (input->end - input->at);
  input->gzip.next_out = bytes;
  input->gzip.avail_out = (uInt) MIN (size, (size_t) G_MAXINT);
  input->in_frame = true;
  status = inflate (&input->gzip, Z_NO_FLUSH);
  *given = (size_t) (input->gzip.next_out - bytes);
  input->at = input->end - input->gzip.avail_in;
  if (status == Z_STREAM_END)
    {
      input->in_frame = false;
      inflateReset (&input->gzip);
    }
  else if (status != Z_OK && status != Z_BUF_ERROR)
    return damaged (input, N_("the gzip data is damaged"), error);
  return true;
}

static bool
give_zstd (PwkInput *input, uint8_t *bytes, size_t size, size_t *given, GError **error)
{
  ZSTD_inBuffer in = { input->raw, input->end, input->at };
  ZSTD_outBuffer out = { bytes, size, 0 };
  size_t status = ZSTD_decompressStream (input->zstd, &out, &in);

  if (ZSTD_isError (status))
    return damaged (input, N_("the zstd data is damaged"), error);
  input->at = in.pos;
  *given = out.pos;
  input->in_frame = status != 0;
  return true;
}

static bool
give (PwkInput *input, uint8_t *bytes, size_t size, size_t *given, GError **error)
{
  switch (input->form)
    {
    case FORM_GZIP:
      return give_gzip (input, bytes, size, given, error);
    case FORM_ZSTD:
      return give_zstd (input, bytes, size, given, error);
    case FORM_PLAIN:
    default:
      return give_plain (input, bytes, size, given);
    }
}

int64_t
pwk_input_read (PwkInput *input, void *bytes, size_t size, GError **error)
{
  size_t done = 0;

  while (done < size)
    {
      size_t given = 0;
      bool nothing_left;

      if (input->at == input->end && !input->raw_ended && !refill (input, error))
        return -1;
      nothing_left = input->at == input->end && input->raw_ended;
      if (nothing_left && !input->in_frame)
        break;
      if (!give (input, (uint8_t *) bytes + done, size - done, &given, error))
        return -1;
      if (nothing_left && given == 0)
        {
          if (input->in_frame)
            {
              damaged (input, N_("the compressed data ends too early"), error);
              return -1;
            }
          break;
        }
      done += given;
    }
  return (int64_t) done;
}
