using System.Collections.Immutable;
using Laddermill.Verification.Boxes;
using Laddermill.Verification.Model;

namespace Laddermill.Verification.Rules;

/// <summary>Structure of init segments and segments.</summary>
internal static class BoxRules
{
    public static ImmutableArray<Rule> All { get; } =
    [
        Rule.Gate(
            "cmaf.init",
            "CMAF 7.3.1; ISO/IEC 14496-12 §8.8",
            "An init segment is ftyp and moov with one track, a trex for it and no samples.",
            Init
        ),
        Rule.Gate(
            "cmaf.segment-boxes",
            "CMAF 7.3.2.1; ISO/IEC 14496-12 §4.2",
            "A segment is styp and sidx (both may be missing), then moof and mdat in turn to the last byte.",
            SegmentBoxes
        ),
        Rule.Gate(
            "cmaf.edit-list",
            "CMAF 9.2.1",
            "A track moves its start by signed composition offsets or by an edit list of one entry, not by both.",
            EditList
        ),
        Rule.Gate(
            "cmaf.index",
            "CMAF 7.3.3.3",
            "Where a segment has a sidx, it lists each fragment with its size.",
            Index
        ),
        Rule.Advice(
            "cmaf.brands",
            "CMAF 7.2",
            RuleLevel.Must,
            "The init segment has brand cmfc or cmf2; a segment's styp has msdh, msix, cmfs, cmff or cmfl.",
            Brands
        ),
        Rule.Advice(
            "cmaf.media-profile",
            "CMAF A.1, 10.4; CTA-5001",
            RuleLevel.Should,
            "The init segment has a media profile brand that its codec, level, size and rate keep (cfsd, cfhd, chdf, chhd, chh1, cud8, cud1, caac).",
            MediaProfile,
            "Sizes above 1080p, rates above 60 and codecs that CMAF gives no brand have none to claim."
        ),
    ];

    private static void Init(Output output, Sheet sheet)
    {
        foreach (var init in output.Files.Values.OfType<InitFacts>())
        {
            sheet.Expect(init.Problem is null, init.Path, $"{init.Problem}");
            if (init.Problem is not null)
            {
                continue;
            }
            sheet.Expect(init.Tracks.Length == 1, init.Path, $"{init.Tracks.Length} tracks");
            var others = init.Boxes.Except(["ftyp", "moov", "free"]).ToList();
            sheet.Expect(others.Count == 0, init.Path, $"also holds {string.Join(", ", others)}");
            foreach (var track in init.Tracks)
            {
                var isExtended = init.Extended is [var only] && only == track.Id;
                sheet.Expect(isExtended, init.Path, $"no trex for track {track.Id} alone");
                sheet.Expect(track.Samples == 0, init.Path, $"{track.Samples} samples in moov");
            }
        }
    }

    private static void SegmentBoxes(Output output, Sheet sheet)
    {
        foreach (var segment in output.Files.Values.OfType<SegmentFacts>())
        {
            sheet.Expect(segment.Problem is null, segment.Path, $"{segment.Problem}");
        }
    }

    private static void EditList(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Whole)
        {
            var edits = rendition.Track!.Edits;
            var isSigned = rendition.Fragments.Any(fragment => fragment.HasSignedOffsets);
            sheet.Expect(
                edits.IsEmpty || !isSigned || rendition.Track.EditShift == 0,
                rendition.InitTarget,
                $"an edit list beside signed composition offsets"
            );
            sheet.Expect(
                edits.Length <= 1 && edits.All(edit => edit.MediaTime >= 0),
                rendition.InitTarget,
                $"{edits.Length} edits, first media time {edits.FirstOrDefault()?.MediaTime}"
            );
        }
    }

    private static void Index(Output output, Sheet sheet)
    {
        foreach (var segment in output.Files.Values.OfType<SegmentFacts>())
        {
            if (segment.IndexedBytes.IsEmpty || segment.Problem is not null)
            {
                continue;
            }
            sheet.Expect(
                segment.IndexedBytes.SequenceEqual(segment.Fragments.Select(each => each.Bytes)),
                segment.Path,
                $"sidx lists {string.Join(", ", segment.IndexedBytes)} bytes, the fragments have {string.Join(", ", segment.Fragments.Select(each => each.Bytes))}"
            );
        }
    }

    private static void Brands(Output output, Sheet sheet)
    {
        foreach (var file in output.Files.Values)
        {
            if (file is InitFacts { Problem: null } init)
            {
                var isRight = init.Brands.Intersect(["cmfc", "cmf2"]).Any();
                sheet.Expect(isRight, init.Path, $"ftyp {string.Join(' ', init.Brands)}");
            }
            else if (file is SegmentFacts { Problem: null, Brands.IsEmpty: false } segment)
            {
                var isRight = segment.Brands.Intersect(["msdh", "msix", "cmfs", "cmff", "cmfl"]);
                sheet.Expect(
                    isRight.Any(),
                    segment.Path,
                    $"styp {string.Join(' ', segment.Brands)}"
                );
            }
        }
    }

    private static void MediaProfile(Output output, Sheet sheet)
    {
        foreach (var rendition in output.Whole)
        {
            var kept = MediaProfiles.Kept(rendition);
            var claimed = rendition.Init!.Brands.Intersect(MediaProfiles.Known).ToList();
            var wrong = claimed.Except(kept).ToList();
            sheet.Expect(
                wrong.Count == 0,
                rendition.InitTarget,
                $"claims {string.Join(", ", wrong)} but keeps only {(kept.Count == 0 ? "none" : string.Join(", ", kept))}"
            );
            sheet.Expect(
                claimed.Count > 0 || kept.Count == 0,
                rendition.InitTarget,
                $"claims none, could claim {string.Join(", ", kept)}"
            );
        }
    }
}
