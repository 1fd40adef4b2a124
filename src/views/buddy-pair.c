/* buddy-pair.c - a block and its buddy, bit by bit, and what the statement has handed over
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/buddy-private.h"

#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "scene/blend.h"

#define BIT_W  13.0
#define BIT_H  18.0
#define LINE_H 22.0

static unsigned
bits_of (uint64_t number)
{
  return number > 0 ? 64 - (unsigned) __builtin_clzll (number) : 1;
}

const char *
pwk_buddy_pair_text (const PwkBuddyDraft *draft, const PwkBuddyModel *model)
{
  const PwkPen *pen = &draft->pen;
  unsigned long long pfn = PWK_N (model->pfn & ~pwk_order_pages (model->order)),
                     upper = PWK_N (model->pfn | pwk_order_pages (model->order));

  switch (model->why)
    {
    case PWK_BUDDY_SPLIT:
      return pwk_pen_printf (
          pen,
          _("Split: the block of order %u at pfn %llu was halved. Its halves of "
             "order %u, pfn %llu and %llu, are buddies: their pfns differ in bit "
             "%u alone."),
          model->order + 1u, pfn, model->order, pfn, upper, model->order);
    case PWK_BUDDY_MERGE:
      return pwk_pen_printf (pen,
                             _("Merge: pfn %llu and pfn %llu, both free and of order %u, are "
                                "buddies (bit %u flipped). Together they are the block of order %u "
                                "at pfn %llu."),
                             PWK_N (model->pfn), PWK_N (model->buddy), model->order, model->order,
                             model->order + 1u, pfn);
    case PWK_BUDDY_SELECTED:
      return pwk_pen_printf (pen,
                             _("Selected: the buddy of the block of order %u at pfn %llu is found "
                                "by flipping bit %u of its pfn: %llu."),
                             model->order, PWK_N (model->pfn), model->order, PWK_N (model->buddy));
    case PWK_BUDDY_EXAMPLE:
    default:
      return pwk_pen_printf (pen,
                             _("The buddy of a block of order n is found by flipping bit n of its "
                                "pfn (pfn XOR 2^n). For example the block of order %u at pfn %llu "
                                "has its buddy at pfn %llu."),
                             model->order, PWK_N (model->pfn), PWK_N (model->buddy));
    }
}

static double
bits_width (unsigned n_bits)
{
  return n_bits * BIT_W + (n_bits - 1) / 4 * 5.0;
}

/* One number, bit by bit, highest first; the bit that makes the buddy stands out. */
static void
draw_bits (const PwkPen *pen, double x, double y, uint64_t number, unsigned n_bits, unsigned marked)
{
  for (unsigned bit = n_bits; bit-- > 0;)
    {
      PwkItem *item = pwk_scene_add_rounded (
          pen->scene, PWK_ID_NUMBER_BIT (number, bit), pwk_box (x, y, BIT_W - 1, BIT_H),
          bit == marked ? PWK_ROLE_ACCENT : PWK_ROLE_PANEL_ALT, 2.0);

      item->text = (number >> bit & 1) != 0 ? "1" : "0";
      item->font = bit == marked ? PWK_FONT_MONO_BOLD : PWK_FONT_MONO_SMALL;
      item->padding = 0;
      pwk_item_set_time (item, PWK_BUDDY_FALL_MS, PWK_BUDDY_BIT_MS, PWK_BUDDY_BIT_MS);
      if (bit == marked)
        pwk_scene_set_label (pen->scene, item,
                             _("Bit %u: the one that tells buddies of order %u apart"), bit,
                             marked);
      x += BIT_W + (bit % 4 == 0 ? 5 : 0);
    }
}

static double
hand_height (const PwkBuddyModel *model)
{
  return model->n_hand > 0 ? LINE_H + 4 : 0;
}

/* @brief: where not all have room with their orders, which their labels tell. */
static const char *
hand_text (const PwkPen *pen, const PwkBuddyHand *hand, bool brief)
{
  if (brief)
    return pwk_pen_printf (pen, "%llu", PWK_N (hand->pfn));
  return pwk_pen_printf (pen, _("%llu, order %u"), PWK_N (hand->pfn), (unsigned) hand->order);
}

/* Of all chips with their orders, side by side. */
static double
hands_width (const PwkPen *pen, const PwkBuddyModel *model)
{
  double width = 0;

  for (uint32_t i = 0; i < model->n_hand; i++)
    width += pwk_pen_width (pen, PWK_FONT_SMALL, hand_text (pen, &model->hand[i], false)) + 14 +
             PWK_GAP;
  return width;
}

/* What the statement has taken or given back, the newest first; what has no room is counted. */
static void
draw_hand (const PwkBuddyDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkBuddyModel *model = draft->model;
  /* Translators: a row of memory blocks that a caller has just got or given back. */
  const char *title = _("Just handed over:");
  double title_w = pwk_pen_width (pen, PWK_FONT_SMALL, title) + 1;
  double x = box.x;
  bool brief;

  if (box.w >= 2 * title_w)
    {
      pwk_pen_text (pen, pwk_box (x, box.y, title_w, box.h), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_START, title);
      x += title_w + PWK_GAP;
    }
  brief = hands_width (pen, model) > box.x + box.w - x;
  for (uint32_t i = 0; i < model->n_hand; i++)
    {
      const PwkBuddyHand *hand = &model->hand[i];
      const char *text = hand_text (pen, hand, brief);
      uint32_t rest = model->n_hand - i - 1;
      const char *more = rest > 0 ? pwk_pen_printf (pen, "+%u", rest + 1) : NULL;
      double more_w = more != NULL ? pwk_pen_width (pen, PWK_FONT_SMALL, more) + PWK_GAP : 0;
      g_autoptr (GString) gfp = g_string_new (NULL);
      PwkItem *chip;

      if (x + pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14 + more_w > box.x + box.w)
        {
          if (x <= box.x)
            return;
          pwk_pen_text (pen, pwk_box (x, box.y, box.x + box.w - x, box.h), PWK_FONT_SMALL,
                        PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, pwk_pen_printf (pen, "+%u", rest + 1));
          return;
        }
      chip = pwk_pen_chip (
          pen, PWK_ID_BLOCK (hand->pfn, hand->order), x, box.y + 2, LINE_H - 4, box.x + box.w - x,
          hand->freed ? PWK_ROLE_FREE (hand->order) : PWK_ROLE_KERNEL, PWK_FONT_SMALL, text);
      chip->pattern = PWK_PATTERN_NONE;
      if (!hand->freed)
        pwk_gfp_append (gfp, hand->gfp);
      pwk_pen_thing (pen, chip,
                     hand->freed ? _("freed: pfn %llu, order %u%s%s")
                                 : _("allocated: pfn %llu, order %u%s%s"),
                     PWK_N (hand->pfn), (unsigned) hand->order, gfp->len > 0 ? ", " : "", gfp->str);
      chip->flags |= PWK_FLAG_FLASH;
      x += chip->box.w + PWK_GAP;
    }
}

/* The bits of the pair stand beside what is said of them, or above where that is too narrow. */
bool
pwk_buddy_bits_beside (const PwkBuddyModel *model, double width, double *bits_w)
{
  *bits_w = bits_width (CLAMP (bits_of (model->pfn | model->buddy), 8, 30)) + 76 + 2 * PWK_GAP;
  return width - 2 * PWK_PADDING - *bits_w >= 200;
}

double
pwk_buddy_pair_height (const PwkBuddyDraft *draft, double width)
{
  const PwkBuddyModel *model = draft->model;
  double text_w = width - 2 * PWK_PADDING;
  double bits_w, height;
  bool beside;

  if (model->pfn == PWK_NO_PFN)
    return 0;
  if (draft->compact)
    return 2 * BIT_H + 4 + 2 * (PWK_PADDING - 2);

  beside = pwk_buddy_bits_beside (model, width, &bits_w);
  pwk_text_size (draft->pen.theme, PWK_FONT_SMALL, pwk_buddy_pair_text (draft, model),
                 beside ? text_w - bits_w : text_w, NULL, &height);
  height = ceil (height) + 2;
  return (beside ? fmax (height, 2 * BIT_H + 6) : height + 2 * BIT_H + 12) + 2 * (PWK_PADDING - 2) +
         hand_height (model);
}

static bool
paragraph_fits (const PwkPen *pen, PwkBox box, const char *text)
{
  double height;

  pwk_text_size (pen->theme, PWK_FONT_SMALL, text, box.w, NULL, &height);
  return height <= box.h;
}

void
pwk_buddy_draw_pair (const PwkBuddyDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkBuddyModel *model = draft->model;
  unsigned n_bits = CLAMP (bits_of (model->pfn | model->buddy), 8, 30);
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_BUDDY, PWK_BUDDY_GROUP_PAIR), box, NULL, NULL);
  double bits_w;
  bool beside = pwk_buddy_bits_beside (model, box.w, &bits_w) || draft->compact;
  PwkBox pair;

  pwk_pen_label (pen,
                 pwk_scene_add_rounded (pen->scene,
                                        PWK_ID_GROUP (PWK_VIEW_BUDDY, PWK_BUDDY_GROUP_PAIR), box,
                                        PWK_ROLE_NONE, 8),
                 "%s", pwk_buddy_pair_text (draft, model));
  pwk_scene_push_parent (pen->scene, PWK_ID_GROUP (PWK_VIEW_BUDDY, PWK_BUDDY_GROUP_PAIR));
  if (model->n_hand > 0 && !draft->compact)
    draw_hand (draft, pwk_cut_bottom (&inside, LINE_H, 4));
  pair = beside ? pwk_cut_left (&inside, bits_w - PWK_GAP, PWK_GAP)
                : pwk_cut_top (&inside, 2 * BIT_H + 6, 6);
  for (unsigned i = 0; i < 2; i++)
    {
      uint64_t number = i == 0 ? model->pfn : model->buddy;
      double y = pair.y + i * (BIT_H + 4);

      pwk_pen_text (pen, pwk_box (pair.x, y, 74, BIT_H), PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT,
                    PWK_ALIGN_START, pwk_pen_printf (pen, "%llu", PWK_N (number)));
      draw_bits (pen, pair.x + 76, y, number, n_bits, model->order);
    }
  if (draft->compact && model->n_hand > 0 && inside.w > 40)
    draw_hand (draft, pwk_cut_top (&inside, LINE_H, 0));
  else if (paragraph_fits (pen, inside, pwk_buddy_pair_text (draft, model)))
    pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT,
                       pwk_buddy_pair_text (draft, model));
  pwk_scene_pop_parent (pen->scene);
}
