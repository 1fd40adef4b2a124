# pagewalk-cli.bash - completion of pagewalk-cli's commands, options and names for bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The program itself is asked what there is, so that nothing is said twice.

_pagewalk_cli ()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} words=

    if ((COMP_CWORD == 1)); then
        words="$("$program" --help 2>/dev/null | sed -n 's/^  pagewalk-cli \([a-z-]*\).*/\1/p')"
    elif [[ $word == -* ]]; then
        words="$("$program" "$command" --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*')"
    elif [[ $before == --view ]]; then
        words="$("$program" views 2>/dev/null | cut -f1)"
    elif [[ $command == help ]]; then
        words="$("$program" calls 2>/dev/null | cut -f1)"
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _pagewalk_cli pagewalk-cli
