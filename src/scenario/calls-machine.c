/* calls-machine.c - the machine itself and its tunables
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/phys/sysctl.h"
#include "scenario/runner-private.h"

/* Its arguments have become the machine's configuration before anything ran; here the power comes on. */
static void
run_machine (PwkCall *call)
{
  const GPtrArray *notes = call->machine->config->notes;

  for (guint i = 0; i < notes->len; i++)
    pwk_call_note (call, "%s", (const char *) g_ptr_array_index (notes, i));
  pwk_machine_boot (call->machine);
}

static bool
is_tunable (const char *name)
{
  const char *const *names = pwk_sysctl_names ();

  if (g_str_has_prefix (name, "vm."))
    name += strlen ("vm.");
  return g_strv_contains (names, name);
}

static void
run_sysctl (PwkCall *call)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, pwk_int (call, 1, 0));
  const char *text = pwk_str (call, 1) ? pwk_str (call, 1) : number;
  g_autoptr(GError) error = NULL;

  if (pwk_sysctl_set (call->machine, pwk_str (call, 0), text, &error))
    {
      pwk_return_number (call, 0);
      return;
    }
  pwk_call_note (call, "%s", error->message);
  if (is_tunable (pwk_str (call, 0)))
    pwk_return_refusal (call, EINVAL, PWK_WHY_OUT_OF_RANGE);
  else
    pwk_return_refusal (call, ENOENT, PWK_WHY_TUNABLE_UNKNOWN);
}

const PwkCallDef pwk_calls_machine[] = {
  { { "machine", "machine(memory=512M, nodes=1, cpus=2, …)", N_("build the machine and switch it on; the first statement"),
      "machine(memory=64M, nodes=2)", PWK_CALL_MACHINE, false }, "…", PWK_CALL_NO_RESULT, run_machine },
  { { "sysctl", "sysctl(\"vm.name\", value)", N_("set a tunable of /proc/sys/vm, or kernel.threads-max"), "sysctl(\"vm.swappiness\", 10)", PWK_CALL_MACHINE,
      false }, "name:s value:w", 0, run_sysctl },
  { { NULL } },
};
