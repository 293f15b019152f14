using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mailfleet.Api.Storage;
using Mailfleet.Tenancy;
using Mailfleet.Tenancy.Secrets;

namespace Mailfleet.Api.Security;

/// <summary>
/// A request that carries an <c>Idempotency-Key</c> is done once: sent again with the same key within a day, it gets the first answer. Keys are the
/// caller's own (draft-ietf-httpapi-idempotency-key-header).
/// </summary>
internal sealed class Idempotency(IdempotencyTable table, SealingKeys keys, TimeProvider clock)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxKeyLength = 255;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <param name="run">Answers the request; the body can be read again.</param>
    /// <param name="refuse">Answers that the key will not do: status, code, sentence.</param>
    public async Task RunAsync(HttpContext http, Actor actor, Func<Task> run, Func<int, string, string, Task> refuse)
    {
        string given = http.Request.Headers[Header].ToString();
        if (given.Length == 0)
        {
            await run();
            return;
        }

        if (given.Length > MaxKeyLength || !given.All(c => c is > ' ' and <= '~'))
        {
            await refuse(StatusCodes.Status400BadRequest, "BAD_REQUEST", $"{Header} has to be 1 to {MaxKeyLength} printable characters without spaces.");
            return;
        }

        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes($"{actor.Id ?? actor.Login}\n{actor.OnBehalfOf}\n{given}"));
        byte[] request = await HashAsync(http);
        IdempotencyClaim claim = await table.ClaimAsync(key, request, clock.GetUtcNow(), Lifetime, http.RequestAborted);
        if (claim.IsNew)
            await RunFirstAsync(http, key, run);
        else if (!claim.RequestHash.AsSpan().SequenceEqual(request))
            await refuse(StatusCodes.Status422UnprocessableEntity, "IDEMPOTENCY_KEY_REUSED", "This key belongs to another request. A new request needs a new key.");
        else if (claim.Sealed is null)
            await refuse(
                StatusCodes.Status409Conflict, "IDEMPOTENCY_IN_PROGRESS",
                "The first request with this key has not been answered. If that lasts, its outcome is not known: look at what there is, then use a new key.");
        else
            await ReplayAsync(http, Open(key, claim.Sealed));
    }

    private async Task RunFirstAsync(HttpContext http, byte[] key, Func<Task> run)
    {
        Stream client = http.Response.Body;
        using var kept = new MemoryStream();
        http.Response.Body = kept;
        try
        {
            await run();
        }
        catch
        {
            http.Response.Body = client;
            throw; // the outcome is not known, so the key stays taken
        }

        http.Response.Body = client;
        if (http.Response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status400BadRequest or StatusCodes.Status415UnsupportedMediaType or StatusCodes.Status413PayloadTooLarge)
            await table.GiveUpAsync(key);
        else
            await table.AnswerAsync(key, keys.Seal(
                JsonSerializer.SerializeToUtf8Bytes(new Answer(http.Response.StatusCode, http.Response.ContentType, http.Response.Headers.Location.ToString(), kept.ToArray())), key));
        await client.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length), http.RequestAborted);
    }

    private static async Task ReplayAsync(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers[ReplayedHeader] = "true";
        if (answer.Location.Length > 0)
            http.Response.Headers.Location = answer.Location;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private Answer Open(byte[] key, byte[] sealedAnswer) =>
        JsonSerializer.Deserialize<Answer>(keys.Open(sealedAnswer, key)) ?? throw new InvalidOperationException("An answer without content.");

    private static async Task<byte[]> HashAsync(HttpContext http)
    {
        http.Request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{http.Request.ContentType}\n"));
        byte[] buffer = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and int read)
            hash.AppendData(buffer.AsSpan(0, read));
        http.Request.Body.Position = 0;
        return hash.GetHashAndReset();
    }

    private sealed record Answer(int Status, string? ContentType, string Location, byte[] Body);
}
