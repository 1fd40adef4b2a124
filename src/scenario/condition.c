/* condition.c - conditions on an event: order >= 3 && zone == DMA32
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/condition.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/paging/pte.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/process.h"
#include "engine/core/refusal.h"
#include "scenario/names.h"
#include "scenario/nearest.h"

/* Compiled to a small stack program. */
typedef enum { OP_NUMBER, OP_FIELD, OP_OR, OP_AND, OP_NOT, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_BITAND, OP_ADD, OP_SUB } Op;
typedef struct { Op op; uint64_t number; char name[20]; } Code;

struct _PwkCondition
{
  GArray *code;   /* Code */
};

typedef struct
{
  const char *text, *at;
  int         kind;
  unsigned    depth;
  GArray     *code;
  GError    **error;
} Parser;

#define MAX_DEPTH 64

static bool parse_or (Parser *p);

static bool
fail (Parser *p, const char *expected)
{
  if (p->error && !*p->error)
    g_set_error (p->error, PWK_CONFIG_ERROR, 0, _("condition, column %d: %s"), (int) (p->at - p->text) + 1, _(expected));
  return false;
}

static void
emit (Parser *p, Op op, uint64_t number, const char *name)
{
  Code code = { .op = op, .number = number };

  if (name)
    g_strlcpy (code.name, name, sizeof code.name);
  g_array_append_val (p->code, code);
}

static void
skip_blanks (Parser *p)
{
  while (g_ascii_isspace (*p->at))
    p->at++;
}

static bool
accept (Parser *p, const char *token)
{
  skip_blanks (p);
  if (!g_str_has_prefix (p->at, token))
    return false;
  p->at += strlen (token);
  return true;
}

static bool
parse_number (Parser *p)
{
  char *end;
  uint64_t number = g_ascii_strtoull (p->at, &end, 0);
  const char *suffixes = "KMGT", *suffix = *end ? strchr (suffixes, *end) : NULL;

  if (suffix)
    {
      number <<= 10 * (suffix - suffixes + 1);
      end++;
    }
  p->at = end;
  if (g_ascii_isalnum (*end) || *end == '_')
    return fail (p, N_("a number ends here in something else"));
  emit (p, OP_NUMBER, number, NULL);
  return true;
}

static bool
is_field (const Parser *p, const char *name)
{
  static const char *const common[] = { "cpu", "line", "n", "ns", "parent", "task", "who" };

  for (size_t i = 0; i < G_N_ELEMENTS (common); i++)
    if (strcmp (common[i], name) == 0)
      return true;
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    if (p->kind < 0 || p->kind == kind)
      for (unsigned i = 0; i < pwk_event_info ((PwkEventKind) kind)->n_fields; i++)
        if (strcmp (pwk_event_info ((PwkEventKind) kind)->fields[i].name, name) == 0)
          return true;
  return false;
}

/* 0: none of that name. */
static uint64_t
level_from_name (const char *name)
{
  for (int level = PWK_LEVEL_PTE; level <= PWK_LEVEL_PGD; level++)
    if (g_ascii_strcasecmp (pwk_level_name ((PwkLevel) level), name) == 0)
      return (uint64_t) level;
  return 0;
}

static bool
parse_name (Parser *p)
{
  const char *start = p->at;
  g_autofree char *name = NULL;
  const PwkConstant *constant;

  while (g_ascii_isalnum (*p->at) || *p->at == '_')
    p->at++;
  name = g_strndup (start, (gsize) (p->at - start));
  if (is_field (p, name) && strlen (name) < sizeof ((Code *) NULL)->name)
    emit (p, OP_FIELD, 0, name);
  else if (pwk_zone_from_name (name) >= 0)
    emit (p, OP_NUMBER, (uint64_t) pwk_zone_from_name (name), NULL);
  else if (level_from_name (name))
    emit (p, OP_NUMBER, level_from_name (name), NULL);
  else if (pwk_migratetype_from_name (name) >= 0)
    emit (p, OP_NUMBER, (uint64_t) pwk_migratetype_from_name (name), NULL);
  else if ((constant = pwk_names_find (name)))
    emit (p, OP_NUMBER, constant->value, NULL);
  else if (pwk_names_errno_number (name) != 0)
    emit (p, OP_NUMBER, (uint64_t) pwk_names_errno_number (name), NULL);
  else if (pwk_refusal_from_name (name) >= 0)
    emit (p, OP_NUMBER, (uint64_t) pwk_refusal_from_name (name), NULL);
  else
    {
      p->at = start;
      return fail (p, N_("this is no field of the event, no zone, level, migratetype, flag, errno or reason"));
    }
  return true;
}

static bool
parse_primary (Parser *p)
{
  skip_blanks (p);
  if (++p->depth > MAX_DEPTH)
    return fail (p, N_("nested too deep"));
  if (accept (p, "("))
    {
      if (!parse_or (p))
        return false;
      if (!accept (p, ")"))
        return fail (p, N_("expected )"));
    }
  else if (p->at[0] == '!' && p->at[1] != '=')
    {
      p->at++;
      if (!parse_primary (p))
        return false;
      emit (p, OP_NOT, 0, NULL);
    }
  else if (g_ascii_isdigit (*p->at))
    {
      if (!parse_number (p))
        return false;
    }
  else if (g_ascii_isalpha (*p->at) || *p->at == '_')
    {
      if (!parse_name (p))
        return false;
    }
  else
    return fail (p, N_("expected a field, a number or a name"));
  p->depth--;
  return true;
}

static bool
parse_sum (Parser *p)
{
  if (!parse_primary (p))
    return false;
  for (;;)
    {
      Op op;

      skip_blanks (p);
      if (*p->at == '+')
        op = OP_ADD;
      else if (*p->at == '-')
        op = OP_SUB;
      else if (*p->at == '&' && p->at[1] != '&')
        op = OP_BITAND;
      else
        return true;
      p->at++;
      if (!parse_primary (p))
        return false;
      emit (p, op, 0, NULL);
    }
}

static bool
parse_comparison (Parser *p)
{
  static const struct { const char *token; Op op; } ops[] = {
    { "==", OP_EQ }, { "!=", OP_NE }, { "<=", OP_LE }, { ">=", OP_GE }, { "<", OP_LT }, { ">", OP_GT }, { "=", OP_EQ },
  };

  if (!parse_sum (p))
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS (ops); i++)
    if (accept (p, ops[i].token))
      {
        if (!parse_sum (p))
          return false;
        emit (p, ops[i].op, 0, NULL);
        return true;
      }
  return true;
}

static bool
parse_and (Parser *p)
{
  if (!parse_comparison (p))
    return false;
  while (accept (p, "&&"))
    {
      if (!parse_comparison (p))
        return false;
      emit (p, OP_AND, 0, NULL);
    }
  return true;
}

static bool
parse_or (Parser *p)
{
  if (!parse_and (p))
    return false;
  while (accept (p, "||"))
    {
      if (!parse_and (p))
        return false;
      emit (p, OP_OR, 0, NULL);
    }
  return true;
}

PwkCondition *
pwk_condition_parse (const char *text, int kind, GError **error)
{
  g_autoptr(GError) local = NULL;
  PwkCondition *condition = g_new0 (PwkCondition, 1);
  Parser p = { .text = text, .at = text, .kind = kind, .error = &local };

  condition->code = p.code = g_array_new (FALSE, FALSE, sizeof (Code));
  if (parse_or (&p))
    {
      skip_blanks (&p);
      if (*p.at)
        fail (&p, N_("expected &&, || or the end"));
    }
  if (!local)
    return condition;
  g_propagate_error (error, g_steal_pointer (&local));
  pwk_condition_free (condition);
  return NULL;
}

void
pwk_condition_free (PwkCondition *condition)
{
  if (!condition)
    return;
  g_array_unref (condition->code);
  g_free (condition);
}

/* A value, or not known: the field is not one of this event's. */
typedef struct { uint64_t number; bool known; } Value;

/* A field of the event, or of all events. */
static Value
field_value (const PwkEvent *event, const char *name)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);

  for (unsigned i = 0; i < info->n_fields; i++)
    if (strcmp (info->fields[i].name, name) == 0)
      return (Value) { event->arg[i], true };
  if (strcmp (name, "cpu") == 0)
    return (Value) { event->cpu, true };
  if (strcmp (name, "line") == 0)
    return (Value) { event->line, true };
  if (strcmp (name, "n") == 0)
    return (Value) { event->n, true };
  if (strcmp (name, "ns") == 0)
    return (Value) { event->ns, true };
  if (strcmp (name, "parent") == 0)
    return (Value) { event->parent, true };
  return (Value) { event->task, strcmp (name, "task") == 0 || strcmp (name, "who") == 0 };
}

static uint64_t
apply (Op op, uint64_t a, uint64_t b)
{
  switch (op)
    {
    case OP_EQ:     return a == b;
    case OP_NE:     return a != b;
    case OP_LT:     return a < b;
    case OP_LE:     return a <= b;
    case OP_GT:     return a > b;
    case OP_GE:     return a >= b;
    case OP_BITAND: return a & b;
    case OP_ADD:    return a + b;
    case OP_SUB:    return a - b;
    default:        pwk_assert_failed (__FILE__, __LINE__, "unknown operator");
    }
}

/* What is true whatever is not known is true: level == PTE || order == 3. */
static Value
combine (Op op, Value a, Value b)
{
  if (op == OP_OR)
    return (Value) { (a.known && a.number) || (b.known && b.number), (a.known && b.known) || (a.known && a.number) || (b.known && b.number) };
  if (op == OP_AND)
    return (Value) { a.number && b.number, (a.known && b.known) || (a.known && !a.number) || (b.known && !b.number) };
  return (Value) { apply (op, a.number, b.number), a.known && b.known };
}

bool
pwk_condition_holds (const PwkCondition *condition, const PwkEvent *event)
{
  Value stack[8 * MAX_DEPTH];
  unsigned top = 0;

  for (guint i = 0; i < condition->code->len; i++)
    {
      const Code *code = &g_array_index (condition->code, Code, i);

      if (code->op == OP_NUMBER || code->op == OP_FIELD)
        {
          pwk_assert (top < G_N_ELEMENTS (stack));
          stack[top++] = code->op == OP_NUMBER ? (Value) { code->number, true } : field_value (event, code->name);
        }
      else if (code->op == OP_NOT)
        stack[top - 1].number = !stack[top - 1].number;
      else
        {
          top--;
          stack[top - 1] = combine (code->op, stack[top - 1], stack[top]);
        }
    }
  return top == 1 && stack[0].known && stack[0].number != 0;
}

const char *
pwk_event_suggest (const char *name)
{
  PwkNearest nearest = pwk_nearest (name);

  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    pwk_nearest_try (&nearest, pwk_event_info ((PwkEventKind) kind)->name);
  return nearest.found;
}

static bool
refuse_event (const char *event, GError **error)
{
  const char *meant = pwk_event_suggest (event);

  if (meant)
    g_set_error (error, PWK_CONFIG_ERROR, 0, _("there is no event “%s”; did you mean “%s”?"), event, meant);
  else
    g_set_error (error, PWK_CONFIG_ERROR, 0, _("there is no event “%s”"), event);
  return false;
}

bool
pwk_condition_read_filter (const char *event, const char *condition, int *kind, PwkCondition **parsed, GError **error)
{
  *kind = event && *event ? pwk_event_from_name (event) : -1;
  *parsed = NULL;
  if (event && *event && *kind < 0)
    return refuse_event (event, error);
  if (!condition || !*condition)
    return true;
  *parsed = pwk_condition_parse (condition, *kind, error);
  return *parsed != NULL;
}
