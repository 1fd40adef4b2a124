/* outcome.c - results in the language's own words, and whether they are what was expected
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/string.h"
#include "engine/kalloc/dma.h"
#include "scenario/condition.h"
#include "scenario/names.h"
#include "scenario/runner-private.h"
#include "scenario/words.h"

#define SI_KERNEL_CODE 0x80

static const char *
signal_name (PwkAccessOutcome outcome)
{
  return outcome == PWK_ACCESS_SIGKILL ? "SIGKILL" : outcome == PWK_ACCESS_SIGBUS ? "SIGBUS" : "SIGSEGV";
}

static const char *
si_code_name (PwkAccessOutcome outcome, uint32_t si_code)
{
  if (si_code == SI_KERNEL_CODE)
    return "SI_KERNEL";
  return pwk_names_of (outcome == PWK_ACCESS_SIGBUS ? PWK_NAMES_BUS : PWK_NAMES_SEGV, si_code);
}

static char *
access_to_string (const PwkValue *value)
{
  const char *code;

  switch (value->outcome)
    {
    case PWK_ACCESS_OK:
      return g_strdup ("ok");
    case PWK_ACCESS_MINOR:
      return g_strdup ("minor");
    case PWK_ACCESS_MAJOR:
      return g_strdup ("major");
    case PWK_ACCESS_OOM:
      return g_strdup ("-1 ENOMEM");
    case PWK_ACCESS_SIGKILL:
      return g_strdup (signal_name (value->outcome));
    case PWK_ACCESS_SIGSEGV:
    case PWK_ACCESS_SIGBUS:
      break;
    }
  code = si_code_name (value->outcome, value->si_code);
  return code ? g_strdup_printf ("%s (%s)", signal_name (value->outcome), code) : g_strdup (signal_name (value->outcome));
}

char *
pwk_value_to_string (const PwkValue *value)
{
  const char *name;

  switch (value->kind)
    {
    case PWK_VALUE_VOID:
      return NULL;
    case PWK_VALUE_NUMBER:
      if (value->pointer && value->number == 0)
        return g_strdup ("NULL");
      return value->is_signed ? g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) value->number)
                              : g_strdup_printf ("%" G_GUINT64_FORMAT, value->number);
    case PWK_VALUE_ADDRESS:
      if (value->pointer && value->number == 0)
        return g_strdup ("NULL");
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", value->number);
    case PWK_VALUE_ERRNO:
      name = pwk_names_errno (value->error);
      return name ? g_strdup_printf ("-1 %s", name) : g_strdup ("-1");
    case PWK_VALUE_ACCESS:
      return access_to_string (value);
    case PWK_VALUE_OBJECT:
      return g_strdup_printf ("%u/%u", value->slab, value->object);
    case PWK_VALUE_WORD:
      return g_strdup (value->word);
    case PWK_VALUE_TEXT:
      return g_strdup_printf ("\"%s\"", value->text->str);
    case PWK_VALUE_DUMP:
    case PWK_VALUE_IMPOSSIBLE:
      return g_strdup (value->text->str);
    }
  return NULL;
}

/* --- expectations --- */

static bool
number_holds (const PwkResult *expected, const PwkValue *value)
{
  switch (value->kind)
    {
    case PWK_VALUE_VOID:
      return expected->number == 0;
    case PWK_VALUE_NUMBER:
    case PWK_VALUE_ADDRESS:
    case PWK_VALUE_OBJECT:
      return expected->number == value->number && (!expected->negative || (int64_t) value->number < 0);
    case PWK_VALUE_ERRNO:
      return expected->negative && expected->number == UINT64_MAX;
    default:
      return false;
    }
}

static bool
signal_holds (const PwkResult *expected, const PwkValue *value)
{
  const char *name;

  if (value->kind != PWK_VALUE_ACCESS || value->outcome < PWK_ACCESS_SIGSEGV || value->outcome == PWK_ACCESS_OOM)
    return false;
  name = pwk_names_of (PWK_NAMES_SIG, (uint64_t) expected->signal);
  return g_strcmp0 (name, signal_name (value->outcome)) == 0 && (!expected->has_code || expected->si_code == (int32_t) value->si_code);
}

static bool
access_holds (const PwkValue *value, PwkAccessOutcome outcome)
{
  return value->kind == PWK_VALUE_ACCESS && value->outcome == outcome;
}

static bool
holds (const PwkResult *expected, const PwkValue *value)
{
  switch (expected->kind)
    {
    case PWK_RESULT_NONE:
    case PWK_RESULT_ANY:
    case PWK_RESULT_BIND:
      return true;
    case PWK_RESULT_NUMBER:
      return number_holds (expected, value);
    case PWK_RESULT_NULL:
      return (value->kind == PWK_VALUE_NUMBER || value->kind == PWK_VALUE_ADDRESS) && value->number == 0;
    case PWK_RESULT_ERRNO:
      return (value->kind == PWK_VALUE_ERRNO && value->error == expected->error)
             || (value->kind == PWK_VALUE_ACCESS && value->outcome == PWK_ACCESS_OOM && expected->error == 12);
    case PWK_RESULT_OK:
      return access_holds (value, PWK_ACCESS_OK) || value->kind == PWK_VALUE_VOID;
    case PWK_RESULT_MINOR:
      return access_holds (value, PWK_ACCESS_MINOR);
    case PWK_RESULT_MAJOR:
      return access_holds (value, PWK_ACCESS_MAJOR);
    case PWK_RESULT_SIGNAL:
      return signal_holds (expected, value);
    case PWK_RESULT_TEXT:
      return value->kind == PWK_VALUE_TEXT && strcmp (value->text->str, expected->name) == 0;
    case PWK_RESULT_OBJECT:
      return value->kind == PWK_VALUE_OBJECT && expected->number == value->slab && expected->object == value->object;
    case PWK_RESULT_DUMP:
      break;
    }
  return false;
}

/* --- dumps, line by line --- */

typedef struct { const char *at, *end; } Lines;

/* The next line without blanks at its end; false behind the last. */
static bool
next_line (Lines *lines, const char **line, int *length)
{
  const char *end = memchr (lines->at, '\n', (size_t) (lines->end - lines->at));
  const char *last = end ? end : lines->end;

  if (lines->at >= lines->end)
    return false;
  *line = lines->at;
  lines->at = end ? end + 1 : lines->end;
  while (last > *line && g_ascii_isspace (last[-1]))
    last--;
  *length = (int) (last - *line);
  return true;
}

static guint
first_difference (const char *a, int a_length, const char *b, int b_length)
{
  int i = 0;

  while (i < a_length && i < b_length && a[i] == b[i])
    i++;
  while (i > 0 && i < a_length && ((guchar) a[i] & 0xc0) == 0x80)
    i--;
  return pwk_script_column (a, (gsize) i);
}

/* The first line in which @got differs from the text block; false if none does. */
static bool
judge_dump (PwkOutcome *outcome, const PwkScript *script, const PwkStatement *statement, const char *got)
{
  const PwkHeredoc *block = pwk_script_heredoc (script, statement->result.heredoc);
  Lines expected = { block->text, block->text + block->length };
  Lines actual = { got, got + strlen (got) };

  for (guint number = block->first_line;; number++)
    {
      const char *want = NULL, *have = NULL;
      int want_length = 0, have_length = 0;
      bool more = next_line (&expected, &want, &want_length);
      bool other = next_line (&actual, &have, &have_length);
      g_autofree char *want_text = NULL, *have_text = NULL;

      if (!more && !other)
        return true;
      if (more && other && want_length == have_length && memcmp (want, have, (size_t) want_length) == 0)
        continue;
      want_text = more ? g_strdup_printf ("“%.*s”", want_length, want) : g_strdup (_("the end of the text"));
      have_text = other ? g_strdup_printf ("“%.*s”", have_length, have) : g_strdup (_("the end of the text"));
      pwk_outcome_fail (outcome, script, statement, number,
                        more && other ? first_difference (want, want_length, have, have_length) : 1, want_text, have_text);
      return false;
    }
}

char *
pwk_describe_expected (const PwkScript *script, const PwkStatement *statement)
{
  GString *text = g_string_new (NULL);

  pwk_statement_print (text, script, statement, PWK_PRINT_RESULT);
  g_string_erase (text, 0, (gssize) strspn (text->str, " ="));
  return g_string_free (text, FALSE);
}

void
pwk_outcome_fail (PwkOutcome *outcome, const PwkScript *script, const PwkStatement *statement, guint line, guint column, const char *expected,
                  const char *got)
{
  outcome->verdict = PWK_VERDICT_FAILS;
  g_free (outcome->message);
  outcome->message = g_strdup_printf (_("%s:%u:%u: expected %s, got %s"), pwk_script_name (script), line, column, expected, got);
}

static char *
describe_got (const PwkValue *value)
{
  switch (value->kind)
    {
    case PWK_VALUE_VOID:
      return g_strdup (_("no result"));
    case PWK_VALUE_DUMP:
      return g_strdup (_("a text"));
    default:
      return pwk_value_to_string (value);
    }
}

/* A statement that could not be run is wrong whatever it expects. */
static void
judge_impossible (PwkOutcome *outcome, const PwkCall *call)
{
  outcome->verdict = PWK_VERDICT_FAILS;
  g_free (outcome->message);
  outcome->message = g_strdup_printf ("%s:%u:%u: %s", pwk_script_name (call->script),
                                      call->bad_line ? call->bad_line : call->statement->line,
                                      call->bad_line ? call->bad_column : call->statement->column, call->value.text->str);
}

/* What came of the statement's argument @arg when the call's were computed. */
static const PwkArgValue *
computed (const PwkCall *call, const PwkArg *arg)
{
  for (unsigned i = 0; i < PWK_MAX_PARAMS; i++)
    if (call->arg[i].present && call->arg[i].arg == arg)
      return &call->arg[i];
  return NULL;
}

/* value=: what was read is what was said. */
static void
judge_read (PwkOutcome *outcome, const PwkCall *call)
{
  const PwkArg *arg = pwk_call_read_arg (call->script, call->statement);
  const PwkArgValue *said = arg ? computed (call, arg) : NULL;
  g_autofree char *want = NULL, *got = NULL;

  if (!said || said->string || outcome->verdict == PWK_VERDICT_FAILS)
    return;
  if (call->value.has_read && call->value.read == said->number.bits)
    {
      outcome->verdict = PWK_VERDICT_HOLDS;
      return;
    }
  want = g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", said->number.bits);
  got = call->value.has_read ? g_strdup_printf ("0x%" G_GINT64_MODIFIER "x", call->value.read) : g_strdup (_("nothing"));
  pwk_outcome_fail (outcome, call->script, call->statement, call->statement->line, pwk_script_column (call->statement->text, arg->offset), want,
                    got);
}

static void
judge_result (PwkOutcome *outcome, const PwkCall *call)
{
  const PwkStatement *statement = call->statement;
  const PwkScript *script = call->script;
  const PwkValue *value = &call->value;
  const PwkResult *expected = &statement->result;
  g_autofree char *want = NULL, *got = NULL;
  bool good;

  if (value->kind == PWK_VALUE_IMPOSSIBLE)
    {
      judge_impossible (outcome, call);
      return;
    }
  if (expected->kind == PWK_RESULT_NONE || expected->kind == PWK_RESULT_ANY
      || (expected->kind == PWK_RESULT_BIND && !pwk_call_answers (call->def, expected->name)))
    return;
  if (expected->kind == PWK_RESULT_DUMP && value->kind == PWK_VALUE_DUMP)
    {
      if (judge_dump (outcome, script, statement, value->text->str))
        outcome->verdict = PWK_VERDICT_HOLDS;
      return;
    }
  good = expected->kind == PWK_RESULT_BIND ? value->kind == PWK_VALUE_WORD && strcmp (value->word, expected->name) == 0 : holds (expected, value);
  outcome->verdict = good ? PWK_VERDICT_HOLDS : PWK_VERDICT_FAILS;
  if (good)
    return;
  want = expected->kind == PWK_RESULT_DUMP ? g_strdup (_("a text")) : pwk_describe_expected (script, statement);
  got = describe_got (value);
  pwk_outcome_fail (outcome, script, statement, statement->line, pwk_script_column (statement->text, expected->offset), want, got);
}

void
pwk_outcome_judge (PwkOutcome *outcome, const PwkCall *call)
{
  judge_result (outcome, call);
  if (call->value.kind == PWK_VALUE_IMPOSSIBLE)
    return;
  judge_read (outcome, call);
  pwk_words_judge (outcome, call);
}

void
pwk_outcome_clear (PwkOutcome *outcome)
{
  g_free (outcome->actual);
  g_free (outcome->message);
  g_free (outcome->note);
  g_free (outcome->loss);
  g_free (outcome->answer);
  g_free (outcome->rounds);
  memset (outcome, 0, sizeof *outcome);
}

/* --- what calls return --- */

void
pwk_return_number (PwkCall *call, uint64_t number)
{
  call->value.kind = PWK_VALUE_NUMBER;
  call->value.number = number;
}

void
pwk_return_address (PwkCall *call, uint64_t address)
{
  call->value.kind = PWK_VALUE_ADDRESS;
  call->value.number = address;
}

void
pwk_return_pointer (PwkCall *call, uint64_t address)
{
  call->value.pointer = true;
  pwk_return_address (call, address);
}

void
pwk_return_errno (PwkCall *call, int error)
{
  call->value.kind = PWK_VALUE_ERRNO;
  call->value.error = error;
}

void
pwk_return_refusal (PwkCall *call, int error, PwkRefusal why)
{
  pwk_refuse (call->machine, error, why);
  pwk_return_errno (call, error);
}

/* As the C library tells errors: -4095 … -1. */
#define MAX_ERRNO 4095

void
pwk_return_syscall (PwkCall *call, int64_t result)
{
  if (result < 0 && result >= -MAX_ERRNO)
    pwk_return_errno (call, (int) -result);
  else
    pwk_return_number (call, (uint64_t) result);
}

void
pwk_return_syscall_address (PwkCall *call, int64_t result)
{
  if (result < 0 && result >= -MAX_ERRNO)
    pwk_return_errno (call, (int) -result);
  else
    pwk_return_address (call, (uint64_t) result);
}

void
pwk_return_word (PwkCall *call, const char *word)
{
  call->value.kind = PWK_VALUE_WORD;
  call->value.word = word;
}

void
pwk_return_access (PwkCall *call, PwkAccessResult result)
{
  call->value.kind = PWK_VALUE_ACCESS;
  call->value.outcome = result.outcome;
  call->value.si_code = result.si_code;
}

GString *
pwk_return_dump (PwkCall *call)
{
  call->value.kind = PWK_VALUE_DUMP;
  if (!call->value.text)
    call->value.text = g_string_new (NULL);
  return call->value.text;
}

GString *
pwk_return_text (PwkCall *call)
{
  GString *text = pwk_return_dump (call);

  call->value.kind = PWK_VALUE_TEXT;
  return text;
}

static void
append_line (GString **where, const char *format, va_list args)
{
  if (!*where)
    *where = g_string_new (NULL);
  else if ((*where)->len > 0)
    g_string_append_c (*where, '\n');
  g_string_append_vprintf (*where, format, args);
}

bool
pwk_call_node (PwkCall *call, unsigned i, int otherwise, int *node)
{
  int64_t number = pwk_int (call, i, otherwise);

  *node = (int) number;
  if (number >= -1 && number < (int64_t) call->machine->st->n_nodes)
    return true;
  pwk_return_impossible (call, _("there is no node %lld: the machine has %u"), (long long) number, call->machine->st->n_nodes);
  return false;
}

bool
pwk_call_has_cpu (PwkCall *call, uint64_t cpu)
{
  const unsigned n_cpus = call->machine->st->n_cpus;

  if (cpu < n_cpus)
    return true;
  pwk_return_impossible (call, _("there is no cpu %lld: the machine has %u"), (long long) cpu, n_cpus);
  return false;
}

uint64_t
pwk_call_dma_mask (PwkCall *call, unsigned i)
{
  uint64_t mask = pwk_dma_mask (pwk_str (call, i));

  if (!mask)
    pwk_return_impossible (call, _("expected a device: isa, pci32, pci64, or mask and a number of bits, not “%s”"), pwk_str (call, i));
  return mask;
}

bool
pwk_call_switch (PwkCall *call, unsigned i, bool otherwise, bool *on)
{
  const char *word = pwk_str (call, i);

  *on = word ? strcmp (word, "on") == 0 : pwk_num (call, i, otherwise) != 0;
  if (!word || *on || strcmp (word, "off") == 0)
    return true;
  pwk_return_impossible (call, _("expected on or off, not “%s”"), word);
  return false;
}

void
pwk_return_impossible (PwkCall *call, const char *format, ...)
{
  va_list args;

  call->value.kind = PWK_VALUE_IMPOSSIBLE;
  if (call->value.text)
    g_string_truncate (call->value.text, 0);
  va_start (args, format);
  append_line (&call->value.text, format, args);
  va_end (args);
}

bool
pwk_call_has_room_for (PwkCall *call, const char *name)
{
  if (pwk_string_fits (call->machine, name))
    return true;
  pwk_return_impossible (call, _("the simulated machine has no room for another name"));
  return false;
}

void
pwk_return_no_event (PwkCall *call, const char *name)
{
  const char *meant = pwk_event_suggest (name);

  if (meant)
    pwk_return_impossible (call, _("expected the name of an event: there is none named “%s”; did you mean “%s”?"), name, meant);
  else
    pwk_return_impossible (call, _("expected the name of an event: there is none named “%s”"), name);
}

void
pwk_call_note (PwkCall *call, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  append_line (&call->value.note, format, args);
  va_end (args);
}

void
pwk_call_lose (PwkCall *call, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  append_line (&call->value.loss, format, args);
  va_end (args);
}

void
pwk_call_bug (PwkCall *call, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  append_line (&call->value.bug, format, args);
  va_end (args);
}

static void
free_text (GString **text)
{
  if (*text)
    g_string_free (*text, TRUE);
  *text = NULL;
}

void
pwk_value_clear (PwkValue *value)
{
  free_text (&value->text);
  free_text (&value->bug);
  free_text (&value->note);
  free_text (&value->loss);
  g_clear_pointer (&value->answer, g_free);
  for (unsigned i = 0; i < value->n_filled; i++)
    g_clear_pointer (&value->filled[i].words, g_free);
  value->n_filled = 0;
}
