/* calls-narration.c - what a lesson says and shows; without a window it changes nothing
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "scenario/narration.h"
#include "scenario/parser.h"
#include "scenario/runner-private.h"

static void
run_say (PwkCall *call)
{
  g_autofree char *text = pwk_narration_text (call->script, call->statement);

  if (text)
    pwk_call_note (call, "%s", text);
}

static void
run_nothing (PwkCall *call)
{
}

static void
run_breakpoint (PwkCall *call)
{
  if (pwk_event_from_name (pwk_str (call, 0)) < 0)
    pwk_return_no_event (call, pwk_str (call, 0));
}

/* --- ask --- */

/* Larger numbers are addresses, as a rule. */
#define LARGEST_DECIMAL UINT32_MAX

static char *
number_to_string (PwkNumber number)
{
  if (number.negative)
    return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number.bits);
  if (number.bits > LARGEST_DECIMAL)
    return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", number.bits);
  return g_strdup_printf ("%" G_GUINT64_FORMAT, number.bits);
}

/* What the dump that @arg calls comes to, printed as a statement of its own would; NULL, and @call is IMPOSSIBLE, if it cannot be. */
static char *
dump_to_string (PwkCall *call, const PwkArg *arg)
{
  g_autofree char *text = g_strndup (call->statement->text + arg->offset, arg->length);
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse (pwk_script_name (call->script), text, -1, &error);
  PwkCall dump = { .runner = call->runner, .machine = call->machine, .script = script, .task = call->task };
  char *result = NULL;
  PwkParams params;

  if (script)
    {
      dump.statement = pwk_script_statement (script, 0);
      dump.def = pwk_call_def (dump.statement->call);
      pwk_params_read (&params, dump.def->params);
    }
  if (script && pwk_args_compute (&params, script, dump.statement, &call->runner->scope, dump.arg, &error))
    dump.def->run (&dump);
  if (error)
    pwk_return_impossible (call, "%s", error->message);
  else if (dump.value.kind == PWK_VALUE_IMPOSSIBLE)
    pwk_return_impossible (call, "%s", dump.value.text->str);
  else
    result = g_strdup (dump.value.text->str);
  pwk_value_clear (&dump.value);
  return result;
}

static char *
answer_to_string (PwkCall *call, const PwkArgValue *answer)
{
  if (answer->expr->kind == PWK_EXPR_CALL)
    return dump_to_string (call, answer->arg);
  return answer->string ? g_strdup (answer->string) : number_to_string (answer->number);
}

/* A text of several lines stands below. */
static void
run_ask (PwkCall *call)
{
  char *answer;

  if (!pwk_has (call, 1))
    return;
  answer = answer_to_string (call, &call->arg[1]);
  if (!answer)
    return;
  call->value.answer = g_strchomp (answer);
  /* Translators: behind it comes the answer to a question of a lesson */
  pwk_call_note (call, strchr (answer, '\n') ? _("answer:\n%s") : _("answer: %s"), answer);
}

#define NARRATION(name, signature, summary, example, params, run) \
  { { name, signature, summary, example, PWK_CALL_NARRATION, false }, params, PWK_CALL_NO_RESULT, run }

const PwkCallDef pwk_calls_narration[] = {
  NARRATION ("say", "say(\"text\", zh_CN=\"…\")", N_("tell the learner something, each in his language"),
             "say(\"Now the page is there.\", zh_CN=\"现在页在那里了。\")", "text:t *", run_say),
  NARRATION ("step", "step(\"title\", zh_CN=\"…\")", N_("begin a step of a lesson, with a title"), "step(\"The first fault\", zh_CN=\"第一次缺页\")",
             "title:s *", run_say),
  NARRATION ("show", "show(\"view\")", N_("bring a view to the front"), "show(\"buddy\")", "view:s", run_nothing),
  NARRATION ("pause", "pause()", N_("wait until the learner goes on"), "pause()", "", run_nothing),
  NARRATION ("ask", "ask(\"question\", answer=, zh_CN=\"…\", hint=\"…\", hint_zh_CN=\"…\")",
             N_("ask the learner something that the machine knows, and grade the answer"),
             "ask(\"How many bytes are a page?\", answer=4K, hint=\"Look at the address behind it.\")", "question:s answer:a= hint:s= *", run_ask),
  NARRATION ("breakpoint", "breakpoint(\"event\", \"condition\")", N_("stop when an event comes and the condition holds"),
             "breakpoint(\"split\", \"order >= 3\")", "event:s condition:s?", run_breakpoint),
  { { NULL } },
};
