/* calls-files.c - files of the simulated disk
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "engine/virt/syscalls.h"
#include "scenario/runner-private.h"

/* "08:01", as maps prints it: two numbers in hexadecimal. */
static bool
read_device (const char *text, PwkOpenExtra *extra)
{
  char *end;

  extra->dev_major = strtol (text, &end, 16);
  if (end == text || *end != ':')
    return false;
  text = end + 1;
  extra->dev_minor = strtol (text, &end, 16);
  return end > text && *end == '\0';
}

static void
open_file (PwkCall *call, unsigned path, uint64_t flags, unsigned extras)
{
  PwkOpenExtra extra = { .size = pwk_int (call, extras, -1), .cached = pwk_int (call, extras + 1, -1), .dev_major = -1, .dev_minor = -1,
                         .ino = pwk_int (call, extras + 3, -1) };

  if (pwk_has (call, extras + 2) && !read_device (pwk_str (call, extras + 2), &extra))
    {
      pwk_return_impossible (call, _("expected a device as in \"08:01\", not “%s”"), pwk_str (call, extras + 2));
      return;
    }
  pwk_return_syscall (call, pwk_sys_open (call->machine, call->task, pwk_str (call, path), flags, &extra));
}

static void
run_open (PwkCall *call)
{
  open_file (call, 0, pwk_num (call, 1, 0), 3);
}

static void
run_openat (PwkCall *call)
{
  open_file (call, 1, pwk_num (call, 2, 0), 4);
}

static void
run_close (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_close (call->machine, call->task, pwk_int (call, 0, -1)));
}

static void
run_read (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_pread (call->machine, call->task, pwk_int (call, 0, -1), pwk_num (call, 1, 0), pwk_num (call, 2, 0), -1));
}

static void
run_write (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_pwrite (call->machine, call->task, pwk_int (call, 0, -1), pwk_num (call, 1, 0), pwk_num (call, 2, 0),
                                            -1));
}

/* pread64 and pwrite64 refuse an offset below 0 themselves; -1 would mean the file's own position. */
static bool
check_offset (PwkCall *call)
{
  if (pwk_int (call, 3, 0) >= 0)
    return true;
  pwk_return_refusal (call, EINVAL, PWK_WHY_OFFSET_NEGATIVE);
  return false;
}

static void
run_pread64 (PwkCall *call)
{
  if (check_offset (call))
    pwk_return_syscall (call, pwk_sys_pread (call->machine, call->task, pwk_int (call, 0, -1), pwk_num (call, 1, 0), pwk_num (call, 2, 0),
                                             pwk_int (call, 3, 0)));
}

static void
run_pwrite64 (PwkCall *call)
{
  if (check_offset (call))
    pwk_return_syscall (call, pwk_sys_pwrite (call->machine, call->task, pwk_int (call, 0, -1), pwk_num (call, 1, 0), pwk_num (call, 2, 0),
                                              pwk_int (call, 3, 0)));
}

static void
run_ftruncate (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_ftruncate (call->machine, call->task, pwk_int (call, 0, -1), pwk_int (call, 1, 0)));
}

static void
run_fsync (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_fsync (call->machine, call->task, pwk_int (call, 0, -1)));
}

static void
run_readahead (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_readahead (call->machine, call->task, pwk_int (call, 0, -1), pwk_num (call, 1, 0), pwk_num (call, 2, 0)));
}

static void
run_fadvise (PwkCall *call)
{
  pwk_return_syscall (call, pwk_sys_fadvise (call->machine, call->task, pwk_int (call, 0, -1), pwk_num (call, 1, 0), pwk_num (call, 2, 0),
                                             pwk_int (call, 3, 0)));
}

#define FILES(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_PROCESS, true }, params, PWK_CALL_SYSCALL | PWK_CALL_COUNTS, run }

const PwkCallDef pwk_calls_files[] = {
  FILES ("open", "open(\"file\", flags, mode, size=, cached=, dev=\"08:01\", ino=) = fd",
         N_("open a file of the simulated disk; cached= bytes of it are in the page cache"),
         "[A] open(\"/tmp/file-a\", O_RDWR, size=64K, cached=16K) = fd",
         "path:s flags mode? size= cached= dev:s= ino=", run_open),
  FILES ("openat", "openat(dirfd, \"file\", flags, mode, size=, cached=, dev=, ino=) = fd", N_("open, as programs call it today"),
         "[A] openat(AT_FDCWD, \"/tmp/file-a\", O_RDWR, size=64K, cached=16K) = fd",
         "dirfd path:s flags mode? size= cached= dev:s= ino=", run_openat),
  FILES ("close", "close(fd)", N_("close a descriptor"), "[A] close(fd) = 0", "fd", run_close),
  FILES ("read", "read(fd, buf, n)", N_("read from a file, through the page cache"), "[A] read(fd, p, 4K)", "fd buf n", run_read),
  FILES ("write", "write(fd, buf, n)", N_("write to a file, into the page cache"), "[A] write(fd, p, 4K)", "fd buf n", run_write),
  FILES ("pread64", "pread64(fd, buf, n, offset)", N_("read from a place in a file"), "[A] pread64(fd, p, 4K, 8K)", "fd buf n offset",
         run_pread64),
  FILES ("pwrite64", "pwrite64(fd, buf, n, offset)", N_("write to a place in a file"), "[A] pwrite64(fd, p, 4K, 8K)", "fd buf n offset",
         run_pwrite64),
  FILES ("ftruncate", "ftruncate(fd, length)", N_("change a file's size; mapped pages behind its end go"), "[A] ftruncate(fd, 8K) = 0",
         "fd length", run_ftruncate),
  FILES ("fsync", "fsync(fd)", N_("write all changed pages of a file back"), "[A] fsync(fd) = 0", "fd", run_fsync),
  FILES ("readahead", "readahead(fd, offset, count)", N_("read pages into the page cache before they are needed"),
         "[A] readahead(fd, 0, 64K) = 0", "fd offset count", run_readahead),
  FILES ("posix_fadvise", "posix_fadvise(fd, offset, length, advice)", N_("tell how a file will be read"),
         "[A] posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) = 0", "fd offset length advice", run_fadvise),
  { { NULL } },
};
