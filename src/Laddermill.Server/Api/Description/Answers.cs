namespace Laddermill.Server.Api.Description;

/// <summary>What an answer's number means here, in a sentence.</summary>
internal static class Answers
{
    public static string DescriptionOf(string status, string? given) =>
        status switch
        {
            "200" => "As asked for.",
            "201" => "It is new.",
            "202" => "It will be done.",
            "204" => "Done; there is nothing to tell.",
            "304" => "What you have is the newest.",
            "400" => "The request is wrong; the detail says in what.",
            "401" => "No key that this server knows.",
            "403" => "The key's scope does not reach so far; or a page of another origin asked.",
            "404" => "There is no such thing.",
            "409" => "It cannot be done as things stand.",
            "413" => "The body is too large.",
            "415" => "The body is not JSON.",
            "422" => "The request is right, but nothing can be made of what it names.",
            "429" => "Too many requests.",
            "500" => "Our fault; the server's log tells what happened.",
            "502" => "A store refuses or cannot be reached.",
            "503" => "Not now: try again soon.",
            "504" => "It takes too long.",
            _ => given ?? "",
        };
}
