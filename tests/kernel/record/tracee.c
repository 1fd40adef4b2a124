/* tracee.c - a process that makes one system call or one access at a time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tracee.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define TRAP_FLAG 0x100ull
#define MEMLOCK_LIMIT (8u << 20)

/* Places in the page of code, 16 bytes each. */
enum
{
  STUB_SYSCALL = 0x100,
  STUB_LOAD    = 0x110,  /* of 1, 2, 4, 8 bytes */
  STUB_STORE   = 0x150,
  STUB_JUMP    = 0x190,
};

static const struct { unsigned at; unsigned char code[10]; unsigned length; } stubs[] = {
  { STUB_SYSCALL, { 0x0f, 0x05, 0xcc }, 3 },
  { STUB_LOAD, { 0x8a, 0x07, 0xcc }, 3 },
  { STUB_LOAD + 0x10, { 0x66, 0x8b, 0x07, 0xcc }, 4 },
  { STUB_LOAD + 0x20, { 0x8b, 0x07, 0xcc }, 3 },
  { STUB_LOAD + 0x30, { 0x48, 0x8b, 0x07, 0xcc }, 4 },
  { STUB_STORE, { 0xc6, 0x07, 0, 0xcc }, 4 },
  { STUB_STORE + 0x10, { 0x66, 0xc7, 0x07, 0, 0, 0xcc }, 6 },
  { STUB_STORE + 0x20, { 0xc7, 0x07, 0, 0, 0, 0, 0xcc }, 7 },
  { STUB_STORE + 0x30, { 0x48, 0xc7, 0x07, 0, 0, 0, 0, 0xcc }, 8 },
  { STUB_JUMP, { 0xff, 0xe7, 0xcc }, 3 },
};

bool
tracee_write_program (const char *path)
{
  static unsigned char image[TRACEE_DATA_END - TRACEE_TEXT];
  Elf64_Ehdr *header = (Elf64_Ehdr *) image;
  Elf64_Phdr *segment = (Elf64_Phdr *) (image + sizeof *header);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
  bool written;

  memset (image, 0, sizeof image);
  *header = (Elf64_Ehdr) {
    .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC, .e_machine = EM_X86_64,
    .e_version = EV_CURRENT, .e_entry = TRACEE_TEXT + STUB_SYSCALL, .e_phoff = sizeof *header, .e_ehsize = sizeof *header,
    .e_phentsize = sizeof *segment, .e_phnum = 3,
  };
  segment[0] = (Elf64_Phdr) { .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = TRACEE_TEXT, .p_filesz = 0x1000, .p_memsz = 0x1000,
                              .p_align = 0x1000 };
  segment[1] = (Elf64_Phdr) { .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = 0x1000, .p_vaddr = TRACEE_DATA,
                              .p_filesz = TRACEE_DATA_END - TRACEE_DATA, .p_memsz = TRACEE_DATA_END - TRACEE_DATA, .p_align = 0x1000 };
  segment[2] = (Elf64_Phdr) { .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16 };
  for (unsigned i = 0; i < G_N_ELEMENTS (stubs); i++)
    memcpy (image + stubs[i].at, stubs[i].code, stubs[i].length);
  if (fd < 0)
    return false;
  written = write (fd, image, sizeof image) == (ssize_t) sizeof image;
  fchmod (fd, 0755);
  return close (fd) == 0 && written;
}

static void
count_faults (pid_t pid, uint64_t *minor, uint64_t *major)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  unsigned long min = 0, maj = 0;

  if (g_file_get_contents (path, &text, NULL, NULL) && strrchr (text, ')'))
    sscanf (strrchr (text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %lu %*u %lu", &min, &maj);
  *minor = min;
  *major = maj;
}

/* Lets the process go on until it stops for something of ours: the status. SIGCHLD and the like are passed over. */
static int
resume (pid_t pid)
{
  int status = 0;

  for (;;)
    {
      if (ptrace (PTRACE_CONT, pid, NULL, NULL) < 0 || waitpid (pid, &status, __WALL) != pid || !WIFSTOPPED (status))
        return 0;
      switch (WSTOPSIG (status))
        {
        case SIGCHLD: case SIGCONT: case SIGWINCH: case SIGSTOP:
          continue;
        default:
          return status;
        }
    }
}

static int
run_at (pid_t pid, uint64_t rip, const uint64_t arguments[7], uint64_t flags)
{
  struct user_regs_struct regs;

  if (ptrace (PTRACE_GETREGS, pid, NULL, &regs) < 0)
    return 0;
  regs.rip = rip;
  regs.orig_rax = (unsigned long long) -1;
  regs.rax = arguments[0];
  regs.rdi = arguments[1];
  regs.rsi = arguments[2];
  regs.rdx = arguments[3];
  regs.r10 = arguments[4];
  regs.r8 = arguments[5];
  regs.r9 = arguments[6];
  regs.eflags = (regs.eflags & ~TRAP_FLAG) | flags;
  if (ptrace (PTRACE_SETREGS, pid, NULL, &regs) < 0)
    return 0;
  return resume (pid);
}

static void
become_program (const char *program, const TraceeSetup *setup)
{
  char *const argv[] = { (char *) "demo", NULL }, *const envp[] = { NULL };
  struct rlimit stack = { setup->stack_limit, RLIM_INFINITY }, locked = { MEMLOCK_LIMIT, MEMLOCK_LIMIT }, core = { 0, 0 };
  struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
  int copies[2], score = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  if (score >= 0 && write (score, "1000", 4) == 4)   /* should memory ever run out, this process goes first */
    close (score);
  for (int i = 0; i < 2; i++)
    copies[i] = setup->files[i] < 0 ? -1 : fcntl (setup->files[i], F_DUPFD, 10);
  for (int i = 0; i < 2; i++)
    if (copies[i] >= 0)
      dup2 (copies[i], 3 + i);
  close_range (3 + (copies[0] >= 0) + (copies[1] >= 0), ~0u, 0);
  setrlimit (RLIMIT_STACK, &stack);
  setrlimit (RLIMIT_CORE, &core);
  setrlimit (RLIMIT_AS, &none);
  setrlimit (RLIMIT_DATA, &none);
  setrlimit (RLIMIT_MEMLOCK, &locked);
  personality ((unsigned long) ADDR_NO_RANDOMIZE | (setup->bottom_up ? ADDR_COMPAT_LAYOUT : 0));
  if (getuid () == 0 && (setgroups (0, NULL) || setgid (NOBODY) || setuid (NOBODY)))
    _exit (126);
  if (ptrace (PTRACE_TRACEME, 0, NULL, NULL) == 0)
    execve (program, argv, envp);
  _exit (127);
}

/* The data is this process's own and writable, so that no later use of it faults; what that costs is not the scenario's. */
static void
settle (Tracee *tracee)
{
  uint64_t minor, major, after_minor, after_major;

  count_faults (tracee->pid, &minor, &major);
  for (uint64_t page = TRACEE_DATA; page < TRACEE_DATA_END; page += 4096)
    run_at (tracee->pid, TRACEE_TEXT + STUB_STORE, (uint64_t[7]) { 0, page }, 0);
  count_faults (tracee->pid, &after_minor, &after_major);
  tracee->minor += after_minor - minor;
  tracee->major += after_major - major;
}

bool
tracee_start (Tracee *tracee, const char *program, const TraceeSetup *setup)
{
  int status;
  pid_t pid = fork ();

  if (pid < 0)
    return false;
  if (pid == 0)
    become_program (program, setup);
  *tracee = (Tracee) { .pid = pid, .letter = 'A' };
  if (waitpid (pid, &status, __WALL) != pid || !WIFSTOPPED (status))
    return false;
  if (ptrace (PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL) < 0)
    return false;
  settle (tracee);
  count_faults (pid, &tracee->minor, &tracee->major);
  return true;
}

int64_t
tracee_call (Tracee *tracee, long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
  struct user_regs_struct regs;

  if (!run_at (tracee->pid, TRACEE_TEXT + STUB_SYSCALL, (uint64_t[7]) { (uint64_t) number, a, b, c, d, e, f }, 0)
      || ptrace (PTRACE_GETREGS, tracee->pid, NULL, &regs) < 0)
    return -ESRCH;
  return (int64_t) regs.rax;
}

/* One jump to the address and one instruction there: zeros are "add %al, (%rax)", which is given the program's own data. The process steps
 * by its own trap flag; PTRACE_SINGLESTEP would read the instruction and so fault in its place. */
static int
fetch (pid_t pid, uint64_t address)
{
  int status = run_at (pid, TRACEE_TEXT + STUB_JUMP, (uint64_t[7]) { TRACEE_DATA, address }, TRAP_FLAG);

  return status && WSTOPSIG (status) == SIGTRAP ? resume (pid) : status;
}

TraceeAccess
tracee_access (Tracee *tracee, char kind, uint64_t address, unsigned size)
{
  TraceeAccess access = { 0 };
  uint64_t minor, major;
  unsigned which = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
  siginfo_t info;
  int status;

  count_faults (tracee->pid, &minor, &major);
  if (kind == 'f')
    status = fetch (tracee->pid, address);
  else
    status = run_at (tracee->pid, TRACEE_TEXT + (kind == 'l' ? STUB_LOAD : STUB_STORE) + which * 0x10,
                     (uint64_t[7]) { 0, address }, 0);
  count_faults (tracee->pid, &access.minor, &access.major);
  access.minor -= minor;
  access.major -= major;
  if (status && WSTOPSIG (status) != SIGTRAP && ptrace (PTRACE_GETSIGINFO, tracee->pid, NULL, &info) == 0)
    {
      access.signal = info.si_signo;
      access.code = info.si_code;
    }
  return access;
}

int64_t
tracee_fork (Tracee *tracee, Tracee *child)
{
  int status = run_at (tracee->pid, TRACEE_TEXT + STUB_SYSCALL, (uint64_t[7]) { SYS_fork }, 0);
  struct user_regs_struct regs;
  unsigned long pid = 0;

  if (status >> 16 != 0)
    {
      ptrace (PTRACE_GETEVENTMSG, tracee->pid, NULL, &pid);
      waitpid ((pid_t) pid, &status, __WALL);
      resume (tracee->pid);
    }
  if (ptrace (PTRACE_GETREGS, tracee->pid, NULL, &regs) < 0 || !pid)
    return pid ? -ESRCH : (int64_t) regs.rax;
  *child = (Tracee) { .pid = (pid_t) pid };
  resume (child->pid);
  settle (child);
  count_faults (child->pid, &child->minor, &child->major);
  settle (tracee);
  return 0;
}

void
tracee_exit (Tracee *tracee)
{
  run_at (tracee->pid, TRACEE_TEXT + STUB_SYSCALL, (uint64_t[7]) { SYS_exit_group }, 0);
  tracee->pid = 0;
}

void
tracee_faults (const Tracee *tracee, uint64_t *minor, uint64_t *major)
{
  count_faults (tracee->pid, minor, major);
  *minor -= tracee->minor;
  *major -= tracee->major;
}

bool
tracee_read (const Tracee *tracee, uint64_t address, void *buffer, size_t size)
{
  struct iovec here = { buffer, size }, there = { (void *) (uintptr_t) address, size };

  return process_vm_readv (tracee->pid, &here, 1, &there, 1, 0) == (ssize_t) size;
}

bool
tracee_put (const Tracee *tracee, uint64_t address, const void *bytes, size_t size)
{
  struct iovec here = { (void *) bytes, size }, there = { (void *) (uintptr_t) address, size };

  return process_vm_writev (tracee->pid, &here, 1, &there, 1, 0) == (ssize_t) size;
}

void
tracee_kill (Tracee *tracee)
{
  int status;

  if (!tracee->pid)
    return;
  kill (tracee->pid, SIGKILL);
  while (waitpid (tracee->pid, &status, __WALL) == tracee->pid && !WIFEXITED (status) && !WIFSIGNALED (status))
    continue;
  tracee->pid = 0;
}
