using System.Text;
using Mailfleet.Cell.Door;

namespace Mailfleet.Cell.Tests;

public sealed class CellDoorInjectionTests(CellFixture cell) : IClassFixture<CellFixture>
{
    [Fact]
    public async Task ASecondInjectionWithTheKeyDoesNothingAndAnotherPageAddsRecipients()
    {
        await InjectAsync("once", "a@inject.test");
        await cell.Door.InjectAsync(new Injection("once", ["a@inject.test", "b@inject.test"], "Subject: other\r\n\r\n"u8.ToArray()), CancellationToken.None);
        Assert.Equal(1, await cell.ScalarAsync<long>("SELECT count(*) FROM queue.injection WHERE key = 'once' AND convert_from(content, 'UTF8') LIKE 'Subject: one%'"));
        Assert.Equal(2, await cell.ScalarAsync<long>("SELECT count(*) FROM queue.injection_recipient WHERE key = 'once'"));
    }

    [Theory]
    [InlineData("a@inject.test", "Subject: x\n\r\n")]
    [InlineData("a@inject.test", "Subject: x\r\r\n")]
    [InlineData("a@inject.test", "Subject: x\r")]
    [InlineData("a@inject.test", "Subject: x")]
    [InlineData("a@inject.test", "")]
    [InlineData("no address", "Subject: x\r\n")]
    [InlineData("a@inject.test\r\n", "Subject: x\r\n")]
    public async Task WhatCouldBreakALineOrAnAddressIsRefused(string recipient, string content)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => cell.Door.InjectAsync(new Injection("bad", [recipient], Encoding.UTF8.GetBytes(content)), CancellationToken.None));
        Assert.Equal(0, await cell.ScalarAsync<long>("SELECT count(*) FROM queue.injection WHERE key = 'bad'"));
    }

    private Task InjectAsync(string key, string recipient) =>
        cell.Door.InjectAsync(new Injection(key, [recipient], "Subject: one\r\n\r\nHello\r\n"u8.ToArray()), CancellationToken.None);
}
