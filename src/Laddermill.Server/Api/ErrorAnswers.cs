using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using Laddermill.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Laddermill.Server.Api;

/// <summary>Makes an answer of whatever an endpoint throws: never a stack trace, a type's name or a path of this machine.</summary>
internal sealed partial class ErrorAnswers(ILogger<ErrorAnswers> log) : IExceptionHandler
{
    public static void Add(IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ErrorAnswers>();
        // A body that cannot be read is told what is wrong with it, as everything else is.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    /// <summary>Comes before everything that may fail.</summary>
    public static void Use(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context =>
            Problems
                .OfStatus(context.HttpContext.Response.StatusCode)
                .ExecuteAsync(context.HttpContext)
        );
    }

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }
        var answer = Answer(exception);
        if (answer.StatusCode == StatusCodes.Status500InternalServerError)
        {
            Unexpected(
                httpContext.Request.Method,
                httpContext.GetEndpoint()?.DisplayName,
                exception
            );
        }
        else if (answer.StatusCode > StatusCodes.Status500InternalServerError)
        {
            Trouble(httpContext.GetEndpoint()?.DisplayName, exception.Message);
        }
        if (answer.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers[HeaderNames.RetryAfter] = "1";
        }
        await answer.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult Answer(Exception exception) =>
        exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } wrong =>
                Problems.Bad(WordsOf(wrong)),
            BadHttpRequestException wrong => Problems.OfStatus(wrong.StatusCode),
            StoreException trouble => Problems.Of(
                StatusCodes.Status502BadGateway,
                "The store fails",
                trouble.Message
            ),
            _ when IsLedger(exception) => Problems.OfStatus(
                StatusCodes.Status503ServiceUnavailable
            ),
            _ => Problems.OfStatus(StatusCodes.Status500InternalServerError),
        };

    private static bool IsLedger(Exception? exception) =>
        exception is not null
        && (exception is DbException or TimeoutException || IsLedger(exception.InnerException));

    /// <summary>The framework's words name types of ours; people are to hear of their request alone.</summary>
    private static string WordsOf(BadHttpRequestException wrong)
    {
        if (wrong.InnerException is JsonException json)
        {
            var place = json.Path is { Length: > 1 } path
                ? $"the value at {Problems.Short(path)}"
                : "it";
            return $"The body is not the JSON that is expected here: {place} is missing, unknown, or of the wrong kind.";
        }
        var parameter = Parameter().Match(wrong.Message);
        return parameter.Success
            ? $"'{parameter.Groups[1].Value}' is missing, or has a value of the wrong kind."
            : "The request cannot be understood.";
    }

    /// <summary>As in <c>Failed to bind parameter "int limit" from "x".</c></summary>
    [GeneratedRegex("parameter \"(?:[^\"]* )?(\\w+)\"")]
    private static partial Regex Parameter();

    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed")]
    private partial void Unexpected(string method, string? route, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Route} cannot be answered now: {Reason}")]
    private partial void Trouble(string? route, string reason);
}
