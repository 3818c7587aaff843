using Laddermill.Storage;

namespace Laddermill.Tests.Storage;

// What lies directly in a folder.
public abstract partial class ObjectStoreContract
{
    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task A_folder_is_listed_page_by_page_without_what_is_in_its_folders(int most)
    {
        string[] keys =
        [
            "a",
            "a.mp4/1/x.m4s",
            "a.mp4/2/y.m4s",
            "a.mp4/z",
            "b/é",
            "b0",
            "c é +%41/x",
            "c é +%41.txt",
            $"{new string('l', 300)}1",
            $"{new string('l', 300)}2/x",
            "z//x",
        ];
        foreach (var key in keys.Append("../outside"))
            await Store.PutAsync(Folder + key, new byte[1], Text, default, Cancellation);
        string[] expected =
        [
            "a",
            "a.mp4/",
            "b/",
            "b0",
            "c é +%41.txt",
            "c é +%41/",
            $"{new string('l', 300)}1",
            $"{new string('l', 300)}2/",
            "z/",
        ];

        var all = await PagesAsync(Folder, most);
        var inner = await PagesAsync(Folder + "a.mp4/", most);

        // "../outside" is a key like any other: it lies in the folder "..".
        Assert.Equal(["../", .. expected], all.Select(each => each.Key[Folder.Length..]));
        Assert.Equal(
            ["a", "b0", "c é +%41.txt", expected[6]],
            all.Where(each => each.Found is not null).Select(each => each.Key[Folder.Length..])
        );
        Assert.All(
            all.Where(each => each.Found is not null),
            each => Assert.Equal((each.Key, 1), (each.Found!.Key, each.Found.Size))
        );
        Assert.Equal(
            ["a.mp4/1/", "a.mp4/2/", "a.mp4/z"],
            inner.Select(each => each.Key[Folder.Length..])
        );
        Assert.Empty(await PagesAsync(Folder + "nothing/", most));
    }

    private async Task<List<FolderItem>> PagesAsync(string prefix, int most)
    {
        var all = new List<FolderItem>();
        FolderPage page;
        do
        {
            page = await Store.ListFolderAsync(
                prefix,
                all.LastOrDefault()?.Key,
                most,
                Cancellation
            );
            Assert.True(page.Items.Count <= most);
            all.AddRange(page.Items);
        } while (page.HasMore);
        return all;
    }
}
