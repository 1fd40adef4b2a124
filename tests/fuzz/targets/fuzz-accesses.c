/* fuzz-accesses.c - any bytes as a recording of memory accesses: text, the binary form, either of them compressed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "import/trace.h"
#include "import/trace-regions.h"

#define MAX_RECORDS 200000

static uint64_t
read_through (const char *path)
{
  g_autoptr(PwkTrace) trace = pwk_trace_open (path, false, NULL);
  PwkTraceRecord records[256];
  uint64_t total = 0;
  int64_t n;

  if (!trace)
    return UINT64_MAX;
  while (total < MAX_RECORDS && (n = pwk_trace_read (trace, records, G_N_ELEMENTS (records), NULL)) > 0)
    for (int64_t i = 0; i < n; i++, total++)
      if (records[i].size == 0 || records[i].addr + records[i].size - 1 < records[i].addr || records[i].kind > PWK_TRACE_MODIFY)
        g_error ("record %" G_GUINT64_FORMAT " makes no sense", total);
  return total;
}

/* What is read in order, and what by number, are the same records. */
static void
read_by_number (const char *path, uint64_t total)
{
  g_autoptr(PwkTrace) trace = pwk_trace_open (path, true, NULL);
  PwkTraceRecord record;

  if (!trace || total >= MAX_RECORDS)
    return;
  for (uint64_t i = total; i-- > 0 && i + 300 > total;)
    if (!pwk_trace_at (trace, i, &record, NULL))
      return;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  uint64_t total;

  if (fd < 0 || write (fd, data, size) != (ssize_t) size)
    g_error ("no file to read from");
  total = read_through (path);
  if (total != UINT64_MAX)
    read_by_number (path, total);
  close (fd);
  return 0;
}
