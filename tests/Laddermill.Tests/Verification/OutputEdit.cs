using System.Buffers.Binary;
using System.Text;

namespace Laddermill.Tests.Verification;

/// <summary>A copy of an output that a test breaks on purpose. Every edit fails the test when there is nothing to edit.</summary>
internal sealed class OutputEdit(IReadOnlyDictionary<string, byte[]> output)
{
    public const string First = "mf4k2c7a/video-180p/";
    public const string Second = "mf4k2c7a/video-108p/";
    public const string Audio = "mf4k2c7a/audio-eng-2ch/";

    public Dictionary<string, byte[]> Files { get; } =
        output.ToDictionary(file => file.Key, file => file.Value.ToArray());

    public void Remove(string path) => Assert.True(Files.Remove(path), path);

    public string Text(string path) => Encoding.UTF8.GetString(Files[path]);

    /// <summary>Replaces the first occurrence.</summary>
    public void Replace(string path, string old, string with)
    {
        var text = Text(path);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{old}' is not in {path}:\n{text}");
        Files[path] = Encoding.UTF8.GetBytes(text[..at] + with + text[(at + old.Length)..]);
    }

    public void ReplaceAll(string path, string old, string with)
    {
        Assert.Contains(old, Text(path));
        Files[path] = Encoding.UTF8.GetBytes(Text(path).Replace(old, with));
    }

    /// <summary>Changes each line that starts so; null takes it out.</summary>
    public void Lines(string path, string start, Func<string, string?> change)
    {
        var lines = Text(path).Split('\n');
        Assert.Contains(lines, line => line.StartsWith(start, StringComparison.Ordinal));
        var changed = lines
            .Select(line => line.StartsWith(start, StringComparison.Ordinal) ? change(line) : line)
            .Where(line => line is not null);
        Files[path] = Encoding.UTF8.GetBytes(string.Join('\n', changed));
    }

    /// <summary>An attribute of a playlist's tag becomes what a function makes of its value.</summary>
    public void Attribute(string path, string tag, string name, Func<string, string> change)
    {
        var text = Text(path);
        var line = text.IndexOf("#" + tag + ":", StringComparison.Ordinal);
        Assert.True(line >= 0, $"no {tag}");
        var start = text.IndexOf(name + "=", line, StringComparison.Ordinal) + name.Length + 1;
        var end = text.IndexOfAny([',', '\n'], start);
        Files[path] = Encoding.UTF8.GetBytes(
            text[..start] + change(text[start..end]) + text[end..]
        );
    }

    /// <summary>Position of a box's first byte, found by its type.</summary>
    public int Box(string path, string type, int occurrence = 0)
    {
        var position = -1;
        for (var index = 0; index <= occurrence; index++)
        {
            var from = position + 1;
            position = Files[path].AsSpan(from).IndexOf(Encoding.ASCII.GetBytes(type)) + from;
            Assert.True(position > from - 1, $"no {type} in {path}");
        }
        return position - 4;
    }

    public void Patch(string path, int position, params ReadOnlySpan<byte> bytes) =>
        bytes.CopyTo(Files[path].AsSpan(position));

    /// <summary>Adds to a big-endian 32-bit field.</summary>
    public void Add(string path, int position, int change)
    {
        var field = Files[path].AsSpan(position, 4);
        BinaryPrimitives.WriteInt32BigEndian(
            field,
            BinaryPrimitives.ReadInt32BigEndian(field) + change
        );
    }

    /// <summary>Inserts a box behind the others inside the last of some nested boxes, and makes room in each.</summary>
    public void Insert(string path, string[] into, byte[] box)
    {
        var places = into.Select(type => Box(path, type)).ToList();
        var last = places[^1];
        var end = last + BinaryPrimitives.ReadInt32BigEndian(Files[path].AsSpan(last));
        foreach (var place in places)
        {
            Add(path, place, box.Length);
        }
        Files[path] = [.. Files[path][..end], .. box, .. Files[path][end..]];
    }

    public static byte[] NewBox(string type, params ReadOnlySpan<byte> body)
    {
        var box = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(box, 4);
        body.CopyTo(box.AsSpan(8));
        return box;
    }
}
