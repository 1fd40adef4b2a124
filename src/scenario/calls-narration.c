/* calls-narration.c - what a lesson says and shows; without a window it changes nothing
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "scenario/runner-private.h"

static void
run_say (PwkCall *call)
{
  pwk_call_note (call, "%s", pwk_str (call, 0));
}

static void
run_nothing (PwkCall *call)
{
}

static void
run_breakpoint (PwkCall *call)
{
  if (pwk_event_from_name (pwk_str (call, 0)) < 0)
    pwk_return_impossible (call, _("expected the name of an event: there is none named “%s”"), pwk_str (call, 0));
}

#define NARRATION(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_NARRATION, false }, params, PWK_CALL_NO_RESULT, run }

const PwkCallDef pwk_calls_narration[] = {
  NARRATION ("say", "say(\"text\")", N_("tell the learner something"), "say(\"Now the page is there.\")", "text:t", run_say),
  NARRATION ("show", "show(\"view\")", N_("bring a view to the front"), "show(\"buddy\")", "view:s", run_nothing),
  NARRATION ("pause", "pause()", N_("wait until the learner goes on"), "pause()", "", run_nothing),
  NARRATION ("ask", "ask(\"question\", answer=)", N_("ask the learner something that the machine knows"), "ask(\"How many faults?\", answer=3)",
             "question:s answer:x=", run_nothing),
  NARRATION ("breakpoint", "breakpoint(\"event\", \"condition\")", N_("stop when an event comes and the condition holds"),
             "breakpoint(\"split\", \"order >= 3\")", "event:s condition:s?", run_breakpoint),
  { { NULL } },
};
