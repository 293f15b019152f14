using Mailfleet.Tenancy.Contracts;
using Mailfleet.Tenancy.Customers;
using Mailfleet.Tenancy.Fleet;
using Mailfleet.Tenancy.Resellers;
using Mailfleet.Tenancy.Rights;

namespace Mailfleet.Tenancy.Tests.Decisions;

public sealed class CustomerDecisions
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = Actor.Operator("root");
    private static readonly Reseller Root = new(ResellerId.Root, "Operator", SubtreePath.Root);

    [Fact]
    public void ACustomerHangsUnderItsParentAndKeepsWhyItIsWhereItIs()
    {
        var id = CustomerId.New(Now);
        CreateCustomerStart start = CreateCustomerHandler.Decide(Root, new Placement("cell1", "The only cell."), new CreateCustomer(" Acme ", null), id, Operator, Now).Value!;
        Assert.Equal(new CustomerCreated(id, ResellerId.Root, SubtreePath.Root, "Acme", Now), start.Created);
        Assert.Equal(new CustomerPlaced(id, "cell1", "The only cell.", Now), start.Placed);
    }

    [Fact]
    public void NobodyCreatesOutsideTheirSubtree()
    {
        Reseller mine = new(ResellerId.New(Now), "Mine", SubtreePath.Root.Child(ResellerId.New(Now)));
        var seller = Actor.Of("seller", Role.ResellerOwner, mine.Path);
        Refusal customer = Assert.Single(CreateCustomerHandler.Decide(
            Root, new Placement("cell1", ""), new CreateCustomer("Acme", Root.Id), CustomerId.New(Now), seller, Now).Refusals);
        Refusal reseller = Assert.Single(CreateResellerHandler.Decide(Root, new CreateReseller("Below", Root.Id), ResellerId.New(Now), seller, Now).Refusals);
        Assert.Equal((ErrorCode.NotFound, "parentId"), (customer.Code, customer.Field));
        Assert.Equal((ErrorCode.NotFound, "parentId"), (reseller.Code, reseller.Field));
    }

    [Fact]
    public void AResellerGrowsThePathOfItsParent()
    {
        var id = ResellerId.New(Now);
        ResellerCreated created = CreateResellerHandler.Decide(Root, new CreateReseller("Seller", null), id, Operator, Now).Value!;
        Assert.Equal($"{ResellerId.Root}/{id}/", created.Path.Value);
        Assert.Equal(ResellerId.Root, created.Parent);
    }

    [Fact]
    public void AnUnknownEventChangesNothing()
    {
        var customer = new Customer(CustomerId.New(Now), "Acme", SubtreePath.Root, "cell1");
        Assert.Equal(customer, Customer.Apply(customer, "an event of a later release"));
    }

    [Fact]
    public void APlacementTakesTheCellThatCarriesLeastOfThoseThatAnswer()
    {
        CellStatus full = new("a", Now, null, 10, 5000, []);
        CellStatus away = new("b", Now, "It is away.", 0, 0, []);
        CellStatus silent = new("c", Now.AddMinutes(-6), null, 0, 0, []);
        CellStatus empty = new("d", Now.AddMinutes(-4), null, 10, 4000, []);
        CellStatus gone = new("gone", Now, null, 0, 0, []);
        Assert.Equal(
            new Placement("d", "Carries least of the 2 of 5 cells that answer: 4000 bytes, 10 mailboxes."),
            Placement.Choose(["e", "d", "c", "b", "a"], [gone, silent, full, away, empty], Now));
    }

    [Fact]
    public void PlacementIsTheSameWhateverTheOrder()
    {
        Assert.Equal(new Placement("a", "The only cell."), Placement.Choose(["a"], [], Now));
        Assert.Equal(Placement.Choose(["b", "a"], [], Now), Placement.Choose(["a", "b"], [], Now));
        Assert.Equal("a", Placement.Choose(["b", "a"], [], Now).Cell);
    }
}
