using System.Text;

namespace Laddermill.Subtitles;

/// <summary>One text while it is being cleaned: which emphasis holds, and the lines so far.</summary>
internal sealed class CueState
{
    private readonly StringBuilder text = new();
    private readonly List<(char Letter, Emphasis Emphasis)> line = [];
    private Emphasis emphasis;
    private Emphasis open;
    private bool isDrawing;

    [Flags]
    private enum Emphasis
    {
        None = 0,
        Bold = 1,
        Italic = 2,
        Underline = 4,
    }

    /// <summary>Characters of text so far.</summary>
    public int Letters { get; private set; }

    /// <summary>Whether the text says that it stands at the top of the picture.</summary>
    public bool IsAtTop { get; private set; }

    public void Add(char letter)
    {
        if (isDrawing)
        {
            return;
        }
        if (letter is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029')
        {
            EndLine();
        }
        else if (letter == '\t')
        {
            line.Add((' ', emphasis));
        }
        // Byte order marks and what is no character of XML or of a text file.
        else if (!char.IsControl(letter) && letter is not ('\ufeff' or '\ufffe' or '\uffff'))
        {
            line.Add((letter, emphasis));
            Letters++;
        }
    }

    /// <summary>One override of SubStation Alpha, without its backslash: <c>i1</c>, <c>b700</c>, <c>p1</c>, <c>an8</c>, <c>r</c> …</summary>
    public void Apply(ReadOnlySpan<char> command)
    {
        command = command.Trim();
        switch (command)
        {
            case ['i', .. var value] when Number(value) is { } number:
                Set(Emphasis.Italic, number > 0);
                break;
            case ['b', .. var value] when Number(value) is { } number:
                // 1, or a weight: 400 is regular.
                Set(Emphasis.Bold, number is 1 or > 400);
                break;
            case ['u', .. var value] when Number(value) is { } number:
                Set(Emphasis.Underline, number > 0);
                break;
            case ['p', .. var value] when Number(value) is { } number:
                isDrawing = number > 0;
                break;
            case ['a', 'n', .. var value] when Number(value) is { } number:
                IsAtTop = number is >= 7 and <= 9;
                break;
            case ['r', ..]:
                emphasis = Emphasis.None;
                break;
        }
    }

    /// <summary>One tag of HTML or WebVTT that is known; those without a meaning here change nothing.</summary>
    public void Apply(ReadOnlySpan<char> name, bool isStart)
    {
        switch (name)
        {
            case "i" or "I" or "em":
                Set(Emphasis.Italic, isStart);
                break;
            case "b" or "B" or "strong":
                Set(Emphasis.Bold, isStart);
                break;
            case "u" or "U":
                Set(Emphasis.Underline, isStart);
                break;
            case "br" or "BR":
                EndLine();
                break;
        }
    }

    public string ToText()
    {
        EndLine();
        Change(Emphasis.None);
        return text.ToString();
    }

    private static int? Number(ReadOnlySpan<char> value) =>
        value.Length is > 0 and <= 4 && int.TryParse(value, out var number) ? number : null;

    private void Set(Emphasis which, bool isOn) =>
        emphasis = isOn ? emphasis | which : emphasis & ~which;

    /// <summary>A blank line would end the cue: lines with nothing on them are left out.</summary>
    private void EndLine()
    {
        DropHalfCharacters();
        var first = line.FindIndex(each => !char.IsWhiteSpace(each.Letter));
        var last = line.FindLastIndex(each => !char.IsWhiteSpace(each.Letter));
        if (first >= 0)
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }
            for (var index = first; index <= last; index++)
            {
                Write(line[index]);
            }
        }
        line.Clear();
    }

    private void DropHalfCharacters()
    {
        for (var index = 0; index < line.Count; index++)
        {
            var isPair =
                index + 1 < line.Count
                && char.IsSurrogatePair(line[index].Letter, line[index + 1].Letter);
            if (isPair)
            {
                index++;
            }
            else if (char.IsSurrogate(line[index].Letter))
            {
                line.RemoveAt(index--);
            }
        }
    }

    private void Write((char, Emphasis) each)
    {
        var (letter, wanted) = each;
        // Emphasis of a space shows nothing, and would only make more tags.
        if (!char.IsWhiteSpace(letter))
        {
            Change(wanted);
        }
        else if (wanted != open)
        {
            Change(Emphasis.None);
        }
        text.Append(
            letter switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ => letter.ToString(),
            }
        );
    }

    /// <summary>Closes what no longer holds and opens what now does, always properly nested.</summary>
    private void Change(Emphasis wanted)
    {
        if (wanted == open)
        {
            return;
        }
        Append(Emphasis.Underline, open, "</u>");
        Append(Emphasis.Italic, open, "</i>");
        Append(Emphasis.Bold, open, "</b>");
        Append(Emphasis.Bold, wanted, "<b>");
        Append(Emphasis.Italic, wanted, "<i>");
        Append(Emphasis.Underline, wanted, "<u>");
        open = wanted;
    }

    private void Append(Emphasis which, Emphasis where, string tag)
    {
        if (where.HasFlag(which))
        {
            text.Append(tag);
        }
    }
}
