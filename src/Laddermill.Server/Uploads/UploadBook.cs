using System.Collections.Concurrent;
using System.Text.Json;

namespace Laddermill.Server.Uploads;

/// <summary>Remembers uploads across restarts: one small file each.</summary>
/// <param name="folder">Made when the first upload begins.</param>
internal sealed class UploadBook(string folder)
{
    private const string Ending = ".json";

    private readonly Lazy<ConcurrentDictionary<string, Upload>> all = new(() => Read(folder));

    public string Folder => folder;

    public ICollection<Upload> All => all.Value.Values;

    public Upload? Find(string id) => all.Value.GetValueOrDefault(id);

    /// <summary>Durable when it returns.</summary>
    public async Task KeepAsync(Upload upload, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(upload.Id);
        var unfinished = path + "~";
        await File.WriteAllBytesAsync(
            unfinished,
            JsonSerializer.SerializeToUtf8Bytes(upload, UploadJson.Default.Upload),
            cancellation
        );
        File.Move(unfinished, path, overwrite: true);
        all.Value[upload.Id] = upload;
    }

    public void Forget(string id)
    {
        if (all.Value.TryRemove(id, out _))
        {
            File.Delete(PathOf(id));
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id + Ending);

    private static ConcurrentDictionary<string, Upload> Read(string folder)
    {
        var found = new ConcurrentDictionary<string, Upload>(StringComparer.Ordinal);
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Ending) : [];
        foreach (var file in files)
        {
            try
            {
                if (
                    JsonSerializer.Deserialize(
                        File.ReadAllBytes(file),
                        UploadJson.Default.Upload
                    ) is
                    { } upload
                )
                {
                    found[upload.Id] = upload;
                }
            }
            // Cut short by a machine that lost its power: that upload begins anew.
            catch (JsonException)
            {
                File.Delete(file);
            }
        }
        return found;
    }
}
